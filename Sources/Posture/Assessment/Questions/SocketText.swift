import HostModel

extension AssessmentContext {
    /// The answer of every check on sockets where there are none to look at.
    var socketsNotSeen: CheckAnswer {
        switch snapshot.sockets {
        case .unseen(let gap): .notAssessed(gap)
        case .absent(let why, let source): .notAssessed("\(source): \(why)")
        case .seen: .notAssessed("sockets were read, but not held against a policy")
        }
    }
}

extension Socket {
    /// A listener in a few words: `tcp 0.0.0.0 port 8080 (python3)`.
    func doorText(in table: SocketTable?) -> String {
        "\(transport.rawValue) \(local.addressText) port \(local.port)\(holderText(in: table))"
    }

    private func holderText(in table: SocketTable?) -> String {
        guard let process = table?.holders(of: self).first else { return "" }
        return " (\(process.name.displayed))"
    }
}
