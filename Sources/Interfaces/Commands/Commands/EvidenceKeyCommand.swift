import CoreRoutes
import JSON

/// `bailey evidence key`: what evidence packs of a core are held against.
struct EvidenceKeyCommand: Command {
    static let syntax = CommandSyntax(
        name: "evidence key", summary: "Print the public key that a core's evidence is signed with, in PEM.",
        details: [
            "It is evidence.pub beside the database too. Keep it where whoever could change the core cannot: evidence verify --key FILE holds a pack against it."
        ],
        options: CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let answer = try CoreConnection(arguments, in: session).document(EvidenceKeyShow.self)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
        } else {
            for line in answer.value.words("pem").split(whereSeparator: \.isNewline) { session.printText(String(line)) }
        }
        return .done
    }
}
