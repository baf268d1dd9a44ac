import LinuxSystem
import PrivilegeBroker

/// `bailey totp remove`: a person's codes count no more.
struct TotpRemoveCommand: Command {
    static let syntax = CommandSyntax(
        name: "totp remove", summary: "Remove a person's key for one-time codes, as when the phone with it is lost.",
        operands: [CodeEnrolment.operand])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try session.requireRoot(for: "bailey totp remove")
        let person = try CodeEnrolment(arguments, in: session)
        let wasThere = try CodeEnrolment.running { () throws(OneTimeCodeStoreError) in
            try person.store(in: session).remove(person.user)
        }
        let text = wasThere ? "is enrolled no more." : "was not enrolled."
        person.report("\(person.account.name) \(text)", enrolment: nil, in: session)
        return .done
    }
}
