import LinuxSystem
import Policies

/// `bailey policy import`: the older JSON forms as a policy, printed.
struct PolicyImportCommand: Command {
    static let format = CommandOption.choice(
        "format", "KIND", of: PolicyKind.allCases.map(\.rawValue),
        help: "What FILE lists. Without it, entries that name a host are egress.")
    static let syntax = CommandSyntax(
        name: "policy import", summary: "Print a policy made of an older JSON list of ports or destinations.",
        details: [
            "Nothing is written: read what is printed, and put it into approved-ports.yaml or egress-allowlist.yaml. What could not be said in a rule stands as comments at its end."
        ],
        options: [format],
        operands: [CommandOperand(name: "FILE", help: "The JSON file.")])

    private let kind: PolicyKind?
    private let file: String

    init(_ arguments: ParsedArguments) {
        kind = arguments.choice(Self.format, as: PolicyKind.self)
        file = arguments.operands.first ?? ""
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let path = absolutePath(file, in: session.environment.workingDirectory)
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileTree().contents(of: path, limit: PolicyFiles.sizeLimit)
        } catch {
            throw .couldNotRun(error)
        }
        let imported = try PolicySet.parsed { () throws(PolicyErrors) in
            try PolicyImport(importing: PolicyText(path: path, bytes: bytes), kind: kind)
        }
        session.console.write(Array(imported.text.utf8))
        for note in imported.notes { session.console.report(printable(note.description)) }
        return .done
    }
}
