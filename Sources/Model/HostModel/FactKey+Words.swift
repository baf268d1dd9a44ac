extension FactKey {
    /// What the fact is about, for sentences such as "the mode of /root is 0755". Keys of unknown form stay as they are.
    package var words: String {
        guard let dot = rawValue.firstIndex(of: ".") else { return rawValue }
        let rest = rawValue[rawValue.index(after: dot)...]
        let last = rest.lastIndex(of: ".")
        let subject = last.map { rest[..<$0] } ?? rest
        let aspect = last.map { rest[rest.index(after: $0)...] } ?? rest
        switch rawValue[..<dot] {
        case "sysctl": return "kernel parameter \(rest)"
        case "sshd": return "sshd's \(rest)"
        case "login_defs": return "\(rest) in login.defs"
        case "apt": return "apt's \(rest)"
        case "file" where last != nil: return "the \(aspect) of \(subject)"
        case "mount" where aspect == "options": return "the mount of \(subject)"
        case "pam" where last != nil: return "PAM's \(aspect) for \(subject)"
        case "package", "process", "unit", "module": return "\(rawValue[..<dot]) \(subject) \(aspect)"
        default: return rawValue
        }
    }
}
