/// An option of sudo's.
struct SudoOption: Sendable {
    enum Value: Sendable { case none, required, optional }

    /// Its letter; for Bailey's own, which have none, a name that no letter is.
    var id: String
    var name: String
    var value: Value

    /// In the order of sudo(8). `-h` is help or, with a value, the host; `--help` and `--host` tell the two apart.
    static let all = [
        SudoOption(id: "A", name: "askpass", value: .none), SudoOption(id: "b", name: "background", value: .none),
        SudoOption(id: "B", name: "bell", value: .none), SudoOption(id: "C", name: "close-from", value: .required),
        SudoOption(id: "D", name: "chdir", value: .required),
        SudoOption(id: "E", name: "preserve-env", value: .optional),
        SudoOption(id: "e", name: "edit", value: .none), SudoOption(id: "g", name: "group", value: .required),
        SudoOption(id: "H", name: "set-home", value: .none), SudoOption(id: "help", name: "help", value: .none),
        SudoOption(id: "host", name: "host", value: .required), SudoOption(id: "i", name: "login", value: .none),
        SudoOption(id: "K", name: "remove-timestamp", value: .none),
        SudoOption(id: "k", name: "reset-timestamp", value: .none), SudoOption(id: "l", name: "list", value: .none),
        SudoOption(id: "n", name: "non-interactive", value: .none),
        SudoOption(id: "N", name: "no-update", value: .none),
        SudoOption(id: "P", name: "preserve-groups", value: .none),
        SudoOption(id: "p", name: "prompt", value: .required),
        SudoOption(id: "R", name: "chroot", value: .required), SudoOption(id: "r", name: "role", value: .required),
        SudoOption(id: "S", name: "stdin", value: .none), SudoOption(id: "s", name: "shell", value: .none),
        SudoOption(id: "t", name: "type", value: .required),
        SudoOption(id: "T", name: "command-timeout", value: .required),
        SudoOption(id: "U", name: "other-user", value: .required), SudoOption(id: "u", name: "user", value: .required),
        SudoOption(id: "V", name: "version", value: .none), SudoOption(id: "v", name: "validate", value: .none),
    ]

    /// What sudo does not have.
    static let own = [
        SudoOption(id: "reason", name: "reason", value: .required),
        SudoOption(id: "session", name: "session", value: .required),
        SudoOption(id: "keep-session", name: "keep-session", value: .none),
        SudoOption(id: "untrusted", name: "untrusted", value: .none),
    ]

    /// By which name it was called: each has options of its own.
    enum Program: Sendable {
        case sudo
        /// sudoedit(8): what edits files and nothing else.
        case editor

        private static let idsOfEditor = [
            "A", "B", "C", "D", "g", "help", "host", "k", "N", "n", "p", "R", "r", "S", "t", "T", "u", "V",
        ]

        var options: [SudoOption] {
            self == .sudo ? SudoOption.all : SudoOption.all.filter { Self.idsOfEditor.contains($0.id) }
        }

        /// `-K` is taken as a letter by both, and refused to an editor with what it contradicts.
        func has(_ id: String) -> Bool { self == .sudo || id == "K" || Self.idsOfEditor.contains(id) }
    }
}

extension SudoOption.Program {
    /// The option that a long name means, whole or abbreviated, as getopt_long(3) has it.
    func named(_ name: String) throws(SudoUsageError) -> SudoOption {
        if let exact = (options + SudoOption.own).first(where: { $0.name == name }) { return exact }
        let candidates = options.filter { $0.name.hasPrefix(name) }
        guard let first = candidates.first else { throw SudoUsageError("unrecognized option '--\(name)'") }
        guard candidates.count == 1 else {
            let names = candidates.map { "'--\($0.name)'" }.joined(separator: " ")
            throw SudoUsageError("option '--\(name)' is ambiguous; possibilities: \(names)")
        }
        return first
    }

    func lettered(_ letter: Character) -> SudoOption? {
        if letter == "h" { return SudoOption(id: "h", name: "help", value: .optional) }
        guard has(String(letter)) else { return nil }
        return SudoOption.all.first { $0.id == String(letter) }.map { option in
            // The letter takes no list: that is `--preserve-env=LIST` alone.
            option.id == "E" ? SudoOption(id: "E", name: option.name, value: .none) : option
        }
    }
}
