package import BrokerProtocol

extension SudoInvocation {
    /// Why something in it cannot be had here, in sudo's words where sudo refuses the same; nil when all of it can.
    package func notOffered(hostName: String?) throws(BrokerClientError) -> String? {
        if closeFrom != nil { return "you are not permitted to use the -C option" }
        if root != nil { return "you are not permitted to use the -R option" }
        for (letter, value) in [("r", role), ("t", type)] where value != nil {
            return "the -\(letter) option is not offered: contexts of SELinux are not set here"
        }
        if let host, host != hostName, host != hostName.map({ String($0.prefix { $0 != "." }) }) {
            if case .list = mode { return "the -h option is not offered: this broker answers for this host alone" }
            return SudoText.notAHostOfOurs
        }
        if let timeout, SudoTimeout.seconds(timeout) == nil { return "\(timeout): invalid timeout value" }
        if let user, Self.isReserved(user) { return "unknown user \(user)" }
        if let group, Self.isReserved(group) { return "unknown group \(group)" }
        return nil
    }

    /// The id that means "unchanged" to setresuid(2), in any spelling (CVE-2019-14287).
    private static func isReserved(_ name: String) -> Bool {
        guard name.hasPrefix("#") else { return false }
        return UInt32(name.dropFirst()).map { $0 == .max } ?? true
    }

    /// The options, with what the environment adds.
    func requestOptions(_ environment: (String) -> String?) -> RunOptions {
        var options = options
        if environment("BAILEY_UNTRUSTED_SOURCE") == "1" { options.insert(.untrusted) }
        if mode == .edit { options.insert(.edit) }
        return options
    }

    var rightsQuery: RightsQuery {
        RightsQuery(
            user: otherUser, targetUser: user, targetGroup: group, arguments: arguments,
            options: options.subtracting(.forgetProof), isLong: mode == .list(isLong: true))
    }

    /// The request to run, or to edit.
    package func request(
        workingDirectory: String, variables: [(name: String, value: String)], environment: (String) -> String?
    ) throws(BrokerClientError) -> RunRequest {
        var directory = workingDirectory
        if let wanted = self.directory { directory = wanted.hasPrefix("/") ? wanted : "\(workingDirectory)/\(wanted)" }
        return RunRequest(
            arguments: arguments, workingDirectory: directory,
            environment: RunQuestion.environment(variables, preserving: preservedNames, setting: self.environment),
            targetUser: user, targetGroup: group, options: requestOptions(environment),
            session: session ?? environment("BAILEY_SESSION_ID").nonEmpty,
            reason: reason ?? environment("BAILEY_REASON").nonEmpty,
            timeout: timeout.flatMap(SudoTimeout.seconds).flatMap { $0 == 0 ? nil : $0 })
    }
}

extension String? {
    /// A variable that is set to nothing is one that is not set.
    package var nonEmpty: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
