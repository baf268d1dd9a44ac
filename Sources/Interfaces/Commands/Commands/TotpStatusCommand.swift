import LinuxSystem
import PrivilegeBroker

/// `bailey totp status`: whether a person has a key for one-time codes.
struct TotpStatusCommand: Command {
    static let syntax = CommandSyntax(
        name: "totp status", summary: "Tell whether a person is enrolled for one-time codes.",
        operands: [CodeEnrolment.operand])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try session.requireRoot(for: "bailey totp status")
        let person = try CodeEnrolment(arguments, in: session)
        let found = try CodeEnrolment.running { () throws(OneTimeCodeStoreError) in
            try person.store(in: session).enrolment(of: person.user)
        }
        let text = found.map {
            "\(person.account.name) is enrolled: \($0.digits) digits, \($0.digest), enrolled or used last at \(utc($0.changed))."
        }
        person.report(
            text ?? "\(person.account.name) is not enrolled: bailey totp enrol \(person.account.name)",
            enrolment: found, in: session)
        return .done
    }
}
