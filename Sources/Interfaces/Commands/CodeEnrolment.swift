import HostModel
import JSON
import LinuxSystem
import PrivilegeBroker
import Reporting

/// The person that the commands `bailey totp …` are about.
struct CodeEnrolment {
    static let operand = CommandOperand(
        name: "USER", isRequired: false, help: "Whose, by name; without it, who logged in (the kernel's login id).")

    let account: UserAccount

    init(_ arguments: ParsedArguments, in session: Session) throws(CommandError) {
        if let name = arguments.operands.first {
            guard let account = UserAccount.named(name) else {
                throw .couldNotRun(name, "is no account of this host")
            }
            self.account = account
        } else {
            // Nobody's word but the kernel's: not $USER, not $SUDO_USER.
            let login = try? ProcessIdentity(of: ProcessHandle(opening: CurrentProcess.id)).loginUser
            guard let login, let account = UserAccount.withID(login) else {
                throw .couldNotRun(
                    "USER", "is not known: nobody logged in here", remedy: "name one: bailey totp … USER")
            }
            self.account = account
        }
    }

    var user: UserID { UserID(account.user) }

    func store(in session: Session) -> OneTimeCodeStore {
        OneTimeCodeStore(directory: session.stateDirectory("totp"))
    }

    /// Prints what holds now.
    func report(_ text: String, enrolment: OneTimeCodeStore.Enrolment?, in session: Session) {
        guard session.options.wantsJSON else { return session.console.print(printable(text)) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("user", account.name)
            writer.member("enrolled", enrolment != nil)
            if let enrolment {
                writer.member("digest", enrolment.digest)
                writer.member("digits", enrolment.digits)
                writer.member("changed", utc(enrolment.changed))
            }
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }

    static func running<Value>(_ body: () throws(OneTimeCodeStoreError) -> Value) throws(CommandError) -> Value {
        do throws(OneTimeCodeStoreError) {
            return try body()
        } catch {
            if case .system(let error) = error { throw .couldNotRun(error) }
            throw .couldNotRun("", error.description)
        }
    }
}
