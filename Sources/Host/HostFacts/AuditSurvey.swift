import HostModel
import LinuxSystem

/// Reads the rules of auditd(8) and asks the kernel for its state.
struct AuditSurvey {
    private static let directory = "/etc/audit/rules.d"
    private static let compiled = "/etc/audit/audit.rules"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func read() -> Observation<AuditState> {
        .seen(
            AuditState(
                kernel: source.kernel.audit(), isInstalled: source.tree.hasFile("/usr/sbin/auditd"),
                isDaemonRunning: source.isRunning("auditd"), rules: rules()),
            from: "auditd and the kernel")
    }

    /// `augenrules` makes the file that is loaded out of the directory, in order of names; where there is none, the file is all.
    private func rules() -> Observation<[String]> {
        switch source.tree.observeNames(Self.directory) {
        case .unseen(let gap): return .unseen(gap)
        case .seen(let names, _):
            let files = names.filter { $0.hasSuffix(".rules") }
            if files.isEmpty { return read([Self.compiled]) }
            return read(files.map { "\(Self.directory)/\($0)" })
        case .absent: return read([Self.compiled])
        }
    }

    private func read(_ paths: [String]) -> Observation<[String]> {
        var rules: [String] = []
        var found = false
        for path in paths {
            switch source.tree.observeText(path, limit: 1 << 20) {
            case .unseen(let gap): return .unseen(gap)
            case .absent: continue
            case .seen(let text, _):
                found = true
                for line in ConfigurationText(text: text, path: path)
                where ["-a", "-A", "-w"].contains(line.words.first.map(String.init)) {
                    rules.append(String(line.text))
                }
            }
        }
        return found
            ? .seen(rules, from: paths.joined(separator: ", "))
            : .absent(why: "no audit rules are written", from: paths.joined(separator: ", "))
    }
}
