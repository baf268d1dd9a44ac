import CaseManagement

/// `bailey feedback withdraw`: as if it had never been said.
struct FeedbackWithdrawCommand: Command {
    static let syntax = CommandSyntax(
        name: "feedback withdraw", summary: "Take feedback back: what it lowered is lowered no more.",
        options: [CoreStore.stateOption],
        operands: [CommandOperand(name: "ID", help: "The feedback's number.")])

    private let arguments: ParsedArguments
    private let id: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        id = try arguments.number(arguments.operands.first, "ID", command: Self.syntax.name)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(arguments, in: session)
        let core = try store.core()
        try CoreStore.managing { () throws(CaseError) in try core.withdrawFeedback(id, by: store.actor) }
        return .done
    }
}
