import CaseManagement
import Storage

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

    /// Changes the case as `body` says, and prints how it stands then.
    func perform(
        in session: Session, _ body: (Core, _ actor: String) throws(CaseError) -> Void
    ) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let core = try store.core()
        try CoreStore.managing { () throws(CaseError) in try body(core, store.actor) }
        let reader = try store.reader()
        if let record = try CoreStore.storing({ () throws(StorageError) in try reader.caseRecord(caseID) }) {
            if session.options.wantsJSON { session.printDocument { $0.value(record) } } else { session.print(record) }
        }
        return .done
    }
}
