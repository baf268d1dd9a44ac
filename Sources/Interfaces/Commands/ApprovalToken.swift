import JSON
import PrivilegeBroker
import Reporting

/// The token that the commands `bailey token …` are about.
struct ApprovalToken {
    static let operand = CommandOperand(
        name: "NAME", isRequired: false, help: "Which token; without it `approval`, the one that policies ask for.")

    let name: ApprovalTokenStore.Name

    init(_ arguments: ParsedArguments) throws(UsageError) {
        guard let text = arguments.operands.first else {
            name = .approval
            return
        }
        guard let name = ApprovalTokenStore.Name(text) else {
            throw UsageError("a token's name is up to 64 letters, digits, '-' and '_', the first one a letter")
        }
        self.name = name
    }

    func store(in session: Session) -> ApprovalTokenStore {
        ApprovalTokenStore(directory: session.stateDirectory("tokens"))
    }

    /// Prints what holds now.
    func report(_ text: String, isSet: Bool, changed: Int64? = nil, in session: Session) {
        guard session.options.wantsJSON else { return session.console.print(text) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("token", name.description)
            writer.member("set", isSet)
            if let changed { writer.member("changed", utc(changed)) }
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }

    static func running<Value>(_ body: () throws(ApprovalTokenError) -> Value) throws(CommandError) -> Value {
        do throws(ApprovalTokenError) {
            return try body()
        } catch {
            switch error {
            case .system(let error): throw .couldNotRun(error)
            case .unsuitable: throw .couldNotRun("", "\(error); nothing was changed")
            case .hashing, .unfit: throw .couldNotRun("", error.description)
            }
        }
    }
}
