import LinuxSystem
import Policies
import PrivilegeBroker

/// `bailey policy import`: the older JSON forms, or sudoers, as a policy, printed.
struct PolicyImportCommand: Command {
    static let format = CommandOption.choice(
        "format", "KIND", of: PolicyKind.allCases.map(\.rawValue),
        help: "What a list of FILE's is of. Without it, entries that name a host are egress.")
    static let group = CommandOption.value(
        "group", "NAME",
        help: "Who may ask for what an older command policy allows, which it does not say; without it the group sudo.")
    static let strict = CommandOption.flag(
        "strict", help: "Exit with 1 when anything was not carried over just as it was.")
    static let syntax = CommandSyntax(
        name: "policy import", summary: "Print a policy made of sudoers, or of an older list or command policy.",
        details: [
            "Nothing is written: read what is printed, and put it into approved-ports.yaml, egress-allowlist.yaml or command-policy.yaml. What could not be said in a rule stands as comments at its end; nothing becomes wider than it was.",
            "bailey policy import sudoers [SUDOERS] reads sudoers by way of cvtsudoers(1). A file of that name in the working directory is ./sudoers.",
        ],
        options: [format, group, strict],
        operands: [
            CommandOperand(name: "FILE", help: "The JSON file; or the word sudoers."),
            CommandOperand(
                name: "SUDOERS", isRequired: false, help: "After sudoers: the file; without it /etc/sudoers."),
        ])

    private let kind: PolicyKind?
    private let group: String
    private let isStrict: Bool
    private let operands: [String]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        kind = arguments.choice(Self.format, as: PolicyKind.self)
        group = arguments.value(of: Self.group) ?? "sudo"
        isStrict = arguments.has(Self.strict)
        operands = arguments.operands
        if operands.count > 1, operands[0] != "sudoers" {
            throw UsageError("one FILE is imported at a time; only after the word sudoers stands another")
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let directory = session.environment.workingDirectory
        if operands.first == "sudoers" {
            return show(
                try SudoersConversion.imported(
                    absolutePath(operands.last(where: { $0 != "sudoers" }) ?? "/etc/sudoers", in: directory)),
                in: session)
        }
        let file = try read(absolutePath(operands.first ?? "", in: directory))
        if OlderCommandPolicy.isOne(file) {
            let imported = try PolicySet.parsed { () throws(PolicyErrors) in
                try OlderCommandPolicy.imported(file, group: group, references: .host, program: Self.program)
            }
            return show(imported, in: session)
        }
        let imported = try PolicySet.parsed { () throws(PolicyErrors) in
            try PolicyImport(importing: file, kind: kind)
        }
        session.console.write(Array(imported.text.utf8))
        for note in imported.notes { session.console.report(printable(note.description)) }
        return isStrict && !imported.notes.isEmpty ? .findings : .done
    }

    private func read(_ path: String) throws(CommandError) -> PolicyText {
        do throws(SystemError) {
            return PolicyText(path: path, bytes: try FileTree().contents(of: path, limit: PolicyFiles.sizeLimit))
        } catch {
            throw .couldNotRun(error)
        }
    }

    private func show(_ imported: ImportedCommandPolicy, in session: Session) -> ExitCode {
        session.console.write(Array(imported.text.utf8))
        for note in imported.notes { session.console.report(printable(note.description)) }
        return isStrict && imported.notes.contains(where: \.isDropped) ? .findings : .done
    }

    /// Where the secure path has a program of that name.
    private static func program(_ name: String) -> String? {
        guard !name.contains("/"), let tree = try? FileTree() else { return nil }
        return CommandPolicy.defaultSecurePath.map { "\($0)/\(name)" }.first { path in
            // What cannot be looked at is not there for a policy either.
            (try? tree.metadata(of: path))?.kind == .regular
        }
    }
}
