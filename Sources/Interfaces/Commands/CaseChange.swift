import CoreRoutes
import JSON

/// What commands that change a case have in common.
struct CaseChange {
    static let operand = CommandOperand(name: "CASE", help: "The case's number.")
    static let note = CommandOption.value("note", "TEXT", help: "Why, for the history.")

    let arguments: ParsedArguments
    let caseID: Int

    init(_ arguments: ParsedArguments, _ syntax: CommandSyntax) throws(UsageError) {
        self.arguments = arguments
        caseID = try arguments.number(arguments.operands.first, "CASE", command: syntax.name)
    }

    /// Changes the case as the route does, and prints how it stands then.
    func perform(
        _ route: any CoreRoute.Type, _ members: [String: JSONValue], in session: Session
    ) throws(CommandError) -> ExitCode {
        let core = try CoreConnection(arguments, in: session)
        let answer = try core.document(route, path: ["case": "\(caseID)"], .object(members))
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
            return .done
        }
        if let new = answer.value["new_case"] {
            session.console.report("the alerts are in case \(new.words("case_id")) now")
        }
        session.print(case: answer.value["case"] ?? answer.value)
        return .done
    }
}
