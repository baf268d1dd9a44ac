import CoreRoutes
import JSON

/// `bailey evidence export`: a case as a document that can be checked later.
struct EvidenceExportCommand: Command {
    static let syntax = CommandSyntax(
        name: "evidence export", summary: "Print a case's evidence pack: all parts, hashed and signed.",
        details: [
            "It is signed with the key evidence.key beside the database, which is made the first time; evidence.pub is its public key, which bailey evidence key prints."
        ],
        options: CoreConnection.options, operands: [CaseChange.operand])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(change.arguments, in: session)
        session.console.write(try core.ask(CasesEvidence.self, path: ["case": "\(change.caseID)"]).body)
        return .done
    }
}
