import HostModel
import LinuxSystem

/// Looks for the privilege broker and the policy it decides by.
struct BrokerSurvey {
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func installation() -> Observation<BrokerInstallation> {
        for directory in BrokerInstallation.programDirectories {
            let path = "\(directory)/\(BrokerInstallation.programName)"
            switch source.tree.observeFile(path) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let file, _) where file.kind == .regular:
                return .seen(
                    BrokerInstallation(
                        program: file, programWritableBy: writers(of: path),
                        socket: source.isLive ? source.tree.observeFile(BrokerInstallation.socketPath).value : nil),
                    from: path)
            case .seen: continue
            }
        }
        return .absent(
            why: "the privilege broker is not installed",
            from: BrokerInstallation.programDirectories.joined(separator: ", "))
    }

    func commandPolicy() -> Observation<ProtectedDocument> {
        let path = BrokerInstallation.policyPath
        let file: HostFile
        switch source.tree.observeFile(path) {
        case .seen(let found, _): file = found
        case .absent(let why, let from): return .absent(why: why, from: from)
        case .unseen(let gap): return .unseen(gap)
        }
        return source.tree.observe(path, limit: 1 << 20) {
            ProtectedDocument(file: file, bytes: $0, writableBy: writers(of: path))
        }
    }

    /// Who else than root can change the file or a directory above it; nil when nobody can.
    private func writers(of path: String) -> String? {
        let writers = PathWriters(source.accounts.value)
        var parts = path.split(separator: "/")
        while true {
            let place = "/" + parts.joined(separator: "/")
            guard let file = source.tree.observeFile(place).value else { return "somebody who could not be seen" }
            if let who = writers.othersThanRoot(of: file, allowingSystemOwner: false) { return "\(who), by \(place)" }
            guard parts.popLast() != nil else { return nil }
        }
    }
}
