import HostModel

extension AssessmentContext {
    /// Sockets that could not be seen at all. That a holder could not be seen hides no socket; where it matters, the reports say which
    /// sockets it leaves undecided.
    var hiddenSockets: [Gap] {
        guard let table = snapshot.sockets.value else { return [] }
        return table.gaps.filter { !table.holderGaps.contains($0) }
    }

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
