import HostModel

/// `umask.default`: the mask that login shells start with, in octal digits: what `/etc/profile` or `/etc/bash.bashrc` sets last, else what
/// pam_umask(8) sets: its argument, or what login.defs(5) says, which sets nothing by itself. Absent where none of them does.
///
/// With user groups (`USERGROUPS_ENAB`) pam_umask lets the group do what the owner may, as the group has nobody else in it; the mask
/// reported is the one written.
struct UmaskFact: FactCollector {
    static let prefix = "umask"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    /// Somebody can log in to a shell.
    var isInUse: Bool { ["/etc/profile", "/etc/pam.d/login"].contains { source.tree.hasFile($0) } }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name == "default" else { return .unknownKey("umask.\(name)", expected: "umask.default") }
        for path in ["/etc/bash.bashrc", "/etc/bashrc", "/etc/profile"] {
            switch source.tree.observeText(path, limit: 256 << 10) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let text, _):
                // An indented line belongs to a condition, which is not evaluated here.
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                if let index = lines.lastIndex(where: { $0.hasPrefix("umask ") }) {
                    let mask = lines[index].dropFirst(6).trimmed.prefix { $0.isNumber }
                    return .seen(.text(String(mask)), from: "\(path):\(index + 1)")
                }
            }
        }
        return fromPAM()
    }

    private func fromPAM() -> Observation<FactValue> {
        let session = PAMService.read("login", in: source.tree)
        if case .unseen(let gap) = session { return .unseen(gap) }
        guard let entry = session.value?.entry(module: "pam_umask") else {
            return .absent(
                why: "neither /etc/profile nor pam_umask sets a mask", from: "/etc/profile and /etc/pam.d/login")
        }
        if let argument = entry.arguments.first(where: { $0.hasPrefix("umask=") }) {
            return .seen(.text(String(argument.dropFirst(6))), from: "/etc/pam.d/login")
        }
        let defs = LoginDefsFact(source)
        switch defs.observe("UMASK") {
        case .seen(.number(let number), let origin):
            // Digits of an octal number, read as decimal ones on the way here.
            let digits = String(number)
            return .seen(.text(String(repeating: "0", count: max(0, 3 - digits.count)) + digits), from: origin)
        case let other: return other
        }
    }
}
