import HostModel
import YAML

/// A command policy made of sudoers(5), by way of what `cvtsudoers -e -f json` makes of it.
///
/// In sudoers the last match decides, here the first rule that allows; so what was written last comes first. What sudoers takes away
/// (`!command`) becomes a rule that denies, which here beats everything: where that is more than it was, it is never less. A
/// restriction that has no place in a rule (NOEXEC, a digest, a root directory) takes what it restricts with it.
package struct SudoersImport {
    private let hostName: String
    private var policy: ImportedCommandPolicy
    private var defaults = SudoersDefaults()
    /// Whether a rule that denies was refused: without it the others would be wider.
    private var hasLostDenial = false

    /// - Parameters:
    ///   - document: what cvtsudoers(1) wrote.
    ///   - hostName: this host's name, which `Host_List` is held against.
    /// - Throws: when it is no such document.
    package static func imported(
        _ document: PolicyText, hostName: String, references: PolicyReferences
    ) throws(PolicyErrors) -> ImportedCommandPolicy {
        var decoder = PolicyDecoder(path: document.path)
        // Release 1.9.13 writes some options as bare pairs within a list, which is no JSON, but YAML.
        guard let root = decoder.document(document.bytes) else { throw PolicyErrors(decoder.errors) }
        guard root.members != nil else {
            decoder.report("what cvtsudoers writes is an object, and this is \(root.kindName)", at: root.position)
            throw PolicyErrors(decoder.errors)
        }
        var run = SudoersImport(
            hostName: hostName, policy: ImportedCommandPolicy(source: document.path, references: references))
        run.defaults.read(root["Defaults"]?.elements ?? []) { run.policy.drop("Defaults", $0) }
        run.policy.settings = run.defaults.settings
        let specs = (root["User_Specs"]?.elements ?? []).enumerated().map { (number: $0.offset + 1, node: $0.element) }
        // Known aliases were expanded; what is left names something that is nowhere.
        let all = specs.reversed().flatMap { run.grants(of: $0.node, number: $0.number) }
        if let reason = all.lazy.compactMap(\.unsayableDenial).first {
            run.policy.drop(
                "all rules",
                "what is taken away by \(YAMLError.quote(reason)) cannot be said, and without it they would be wider")
            return run.policy
        }
        for grant in all { run.add(grant) }
        if run.hasLostDenial { run.policy.removeRules(because: "something that is taken away could not be said") }
        return run.policy
    }

    private init(hostName: String, policy: ImportedCommandPolicy) {
        self.hostName = hostName
        self.policy = policy
    }

    /// One command of one specification.
    private struct Grant {
        var subject: String
        var command: SudoersCommand
        var users: SudoersUsers
        var host: SudoersHosts.Verdict
        var target: SudoersTarget
        var options: SudoersOptions

        /// A command that is taken away and that no rule can name.
        var unsayableDenial: String? {
            guard command.isNegated, host != .other else { return nil }
            if case .unsayable = command.program { return command.text }
            return nil
        }
    }

    private func grants(of spec: YAMLNode, number: Int) -> [Grant] {
        let users = SudoersUsers(spec["User_List"]?.elements ?? [])
        let host = SudoersHosts.verdict(on: spec["Host_List"]?.elements ?? [], for: hostName)
        return (spec["Cmnd_Specs"]?.elements ?? []).reversed().flatMap { part in
            let target = SudoersTarget(part)
            let options = SudoersOptions(part["Options"]?.elements ?? [])
            return (part["Commands"]?.elements ?? []).reversed().map { node in
                let command = SudoersCommand(node)
                return Grant(
                    subject: "rule \(number), \(users.text) = \(command.text)", command: command, users: users,
                    host: host,
                    target: target, options: options)
            }
        }
    }

    private mutating func add(_ grant: Grant) {
        let subject = grant.subject
        if grant.host == .other { return policy.note(subject, "is for other hosts than \(hostName)") }
        if grant.command.isNegated { return deny(grant) }
        let objections = [
            grant.host == .unknown ? "its hosts are addresses, netgroups or patterns" : nil, grant.users.objection,
            grant.command.objection, grant.target.objection(defaults), grant.options.objection(defaults),
            defaults.objection,
        ].compactMap(\.self)
        if let first = objections.first { return policy.drop(subject, first) }
        if grant.users.isRootAlone { return policy.note(subject, "root needs no rule to act as root") }
        var lines = ["run_as: \(grant.target.text)"]
        if let directory = grant.options.workingDirectory {
            lines.append("working_directory: \(YAMLText.scalar(directory))")
        }
        if !defaults.kept.isEmpty {
            lines.append("environment: { keep: [\(defaults.kept.map(YAMLText.keptName).joined(separator: ", "))] }")
        }
        lines.append("approval: \(grant.options.asksNothing ? "none" : "confirm")")
        if let seconds = grant.options.timeout { lines.append("limits: { timeout: \(seconds)s }") }
        if grant.options.isRecorded { lines.append("record: true") }
        if grant.command.program == .any { lines.append("unrestricted: true") }
        var wasTaken = true
        for from in grant.users.froms {
            let rule = ImportedCommandPolicy.Rule(
                subject: subject, effect: .allow, command: grant.command.path, arguments: grant.command.arguments,
                from: from, lines: lines)
            wasTaken = policy.add(rule) && wasTaken
        }
        guard wasTaken else { return }
        for narrowing in [grant.command.narrowing, grant.target.narrowing, grant.options.narrowing].compactMap(\.self) {
            policy.drop(subject, narrowing)
        }
    }

    /// What is taken away is taken away of as many as it may be about.
    private mutating func deny(_ grant: Grant) {
        let froms =
            grant.users.froms.isEmpty || grant.users.froms == ["any"] ? [nil] : grant.users.froms.map(Optional.some)
        // Whatever cannot be said of the arguments, the rule is about all of them.
        let arguments = grant.command.objection == nil && grant.command.narrowing == nil ? grant.command.arguments : nil
        for from in froms {
            let rule = ImportedCommandPolicy.Rule(
                subject: grant.subject, effect: .deny, command: grant.command.path, arguments: arguments, from: from)
            hasLostDenial = !policy.add(rule) || hasLostDenial
        }
        policy.note(grant.subject, "is denied whatever rule would allow it; in sudoers a later one could")
    }
}

extension YAMLText {
    /// A variable, or the beginning of some, in a flow list.
    static func keptName(_ name: String) -> String { name.hasSuffix("*") ? "\"\(name)\"" : scalar(name) }
}
