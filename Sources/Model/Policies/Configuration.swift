package import Findings
import YAML

/// How Bailey itself behaves on this host: `configuration.yaml`.
package struct Configuration: Sendable, Hashable {
    /// Programs that `--notify-command` may name, by absolute path.
    package var notifyCommands: [String]
    /// Who owns a mitigation that nobody else was named for.
    package var owner: String
    /// Days until a mitigation of each risk is due.
    package var dueDays: [Severity: Int]

    package init(
        notifyCommands: [String] = [], owner: String = Configuration.defaultOwner,
        dueDays: [Severity: Int] = Configuration.defaultDueDays
    ) {
        self.notifyCommands = notifyCommands
        self.owner = owner
        self.dueDays = dueDays
    }

    package static let defaultOwner = "unassigned"
    package static let defaultDueDays: [Severity: Int] = [.critical: 7, .high: 30, .medium: 90, .low: 180]

    /// Days until a mitigation of this risk is due.
    package func dueDays(for risk: Severity) -> Int { dueDays[risk] ?? Self.defaultDueDays[risk] ?? 0 }
}

extension Configuration {
    package enum Key: String, PolicyKey {
        case schema
        case notifyCommands = "notify_commands"
        case owner
        case dueDays = "due_days"

        static let mappingName = "the configuration"
    }

    package enum DueDaysKey: String, PolicyKey {
        case critical, high, medium, low

        static let mappingName = "the days until mitigations are due"
    }

    package init(parsing file: PolicyText) throws(PolicyErrors) {
        var decoder = PolicyDecoder(path: file.path)
        self.init()
        if let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) {
            decoder.checkSchema(.schema, in: mapping)
            if let node = mapping[.notifyCommands] {
                notifyCommands = decoder.list(node, Key.notifyCommands).compactMap { decoder.command($0) }
            }
            if let node = mapping[.owner] { owner = decoder.text(node, Key.owner, limit: 256) ?? owner }
            if let node = mapping[.dueDays] { readDueDays(node, with: &decoder) }
        }
        guard decoder.errors.isEmpty else { throw PolicyErrors(decoder.errors) }
    }

    private mutating func readDueDays(_ node: YAMLNode, with decoder: inout PolicyDecoder) {
        guard let mapping = decoder.mapping(node, of: DueDaysKey.self) else { return }
        for key in DueDaysKey.allCases {
            guard let value = mapping[key], let days = decoder.number(value, key),
                let risk = Severity(rawValue: key.rawValue)
            else { continue }
            if (1...3650).contains(days) {
                dueDays[risk] = days
            } else {
                decoder.report("'\(key.rawValue)' is a number of days from 1 to 3650", at: value.position)
            }
        }
    }
}

extension PolicyDecoder {
    /// The plain absolute path of a program that is neither a shell nor an interpreter: what a message could be made to run.
    fileprivate mutating func command(_ node: YAMLNode) -> String? {
        guard let process = process(node, Configuration.Key.notifyCommands) else { return nil }
        guard case .executable(let path) = process else {
            report("\(YAMLError.quote(process.description)) is not an absolute path", at: node.position)
            return nil
        }
        guard !Interpreter.isOne(path) else {
            report("\(YAMLError.quote(path)) runs whatever it is given; name a program of its own", at: node.position)
            return nil
        }
        return path
    }
}

/// Programs that run what they read: no message is ever handed to one.
package enum Interpreter {
    private static let names: Set = [
        "sh", "bash", "rbash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "busybox", "toybox", "env",
        "python", "pypy", "perl", "ruby", "node", "nodejs", "deno", "bun", "php", "lua", "luajit", "tclsh", "wish",
        "expect",
        "awk", "gawk", "mawk", "nawk", "sed", "xargs", "sudo", "doas", "su", "ssh", "nc", "ncat", "socat", "java",
        "swift", "osascript",
        "pwsh", "guile", "racket", "R", "Rscript", "julia", "ghci", "irb", "ipython", "make", "vi", "vim", "nvim",
        "emacs", "ed", "ex",
        "find", "systemd-run", "setsid", "nohup", "timeout", "nice", "ionice", "chroot", "unshare", "nsenter", "script",
        "parallel",
    ]

    /// Whether the path names one, with or without a version behind it (`python3.11`).
    package static func isOne(_ path: String) -> Bool {
        let name = path.lastPathComponent
        var stem = name[...]
        while let last = stem.utf8.last,
            (0x30...0x39).contains(last) || last == UInt8(ascii: ".") || last == UInt8(ascii: "-")
        {
            stem = stem.dropLast()
        }
        return names.contains(name) || names.contains(String(stem))
    }
}
