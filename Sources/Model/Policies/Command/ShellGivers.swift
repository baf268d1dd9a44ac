/// Programs that hand out a shell, or run other code that their arguments or their user name: to allow one with free arguments is to
/// allow everything. The list is of facts from the programs' own manuals; it cannot be complete.
package struct ShellGiver: Sendable, Hashable {
    /// What kind of program it is; prompt policies name commands by it.
    package enum Class: String, Sendable, CaseIterable {
        case shell, interpreter, editor, pager
        case packageManager = "package_manager"
        case container
        case serviceManager = "service_manager"
        case launcher
        case network
        case archiver
        case build
        case debugger
        case database
        case fileWriter = "file_writer"
        case tool
    }

    /// What a rule has to leave open for the program to give a shell.
    package enum Danger: Sendable, Hashable {
        /// An option: `...`, or a pattern that can match something beginning with a dash.
        case options
        /// As `options`, and the first argument, where it is a word for what to do.
        case verb
        /// Any argument that the rule does not write out: code stands in ordinary arguments too.
        case arguments
        /// As `arguments`, and no argument at all, which starts a prompt.
        case argumentsOrNone
        /// Nothing: it asks its user for commands, whatever its arguments.
        case always
    }

    package var name: String
    package var kind: Class
    package var danger: Danger
    /// How it gives one.
    package var how: String

    /// The entry for a program, by the last part of its path, with or without a version or a variant behind it: `python3.11`,
    /// `vim.basic`, `x86_64-linux-gnu-gcc-12`.
    package static func entry(for path: String) -> ShellGiver? {
        let name = path.lastPathComponent
        if name.hasPrefix("ld-linux") || name.hasPrefix("ld.so") { return byName["ld.so"] }
        let last = name.split(separator: "-linux-gnu-").last.map(String.init) ?? name
        let beforeDot = String(last.prefix { $0 != "." })
        for candidate in [name, last, withoutVersion(last), beforeDot, withoutVersion(beforeDot)] {
            if let entry = byName[candidate] { return entry }
        }
        return nil
    }

    package static let names = Set(byName.keys)

    private static func withoutVersion(_ name: String) -> String {
        var stem = name[...]
        while let last = stem.utf8.last,
            (0x30...0x39).contains(last) || last == UInt8(ascii: ".") || last == UInt8(ascii: "-")
        {
            stem = stem.dropLast()
        }
        return String(stem)
    }

    private static let byName: [String: ShellGiver] = {
        var entries: [String: ShellGiver] = [:]
        for group in groups {
            for (name, how) in group.programs {
                entries[name] = ShellGiver(name: name, kind: group.kind, danger: group.danger, how: how)
            }
        }
        return entries
    }()

    /// Why a rule with these arguments gives away a shell; nil when it does not.
    func objection(to arguments: ArgumentPatterns) -> String? {
        let isOpen = arguments.allowsMore || arguments.positions.contains { !$0.isFixed }
        switch danger {
        case .always: return "\(name) gives a shell whatever its arguments (\(how))"
        case .argumentsOrNone where arguments.positions.isEmpty && !arguments.allowsMore:
            return "\(name) without arguments is a prompt (\(how))"
        case .arguments, .argumentsOrNone:
            return isOpen ? "\(name) with arguments that are not written out gives a shell (\(how))" : nil
        case .verb where arguments.positions.first.map { !$0.isFixed } ?? false:
            return "\(name) with a free first argument gives a shell (\(how))"
        case .options, .verb:
            let isFree = arguments.allowsMore || arguments.positions.contains(where: \.admitsOptions)
            return isFree ? "\(name) with free options gives a shell (\(how))" : nil
        }
    }
}
