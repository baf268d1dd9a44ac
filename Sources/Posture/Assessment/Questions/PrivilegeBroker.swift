import Findings
import HostModel
package import Policies

/// The guard that decides over privileged commands, as far as a host shows it.
enum PrivilegeBroker {
    case notInstalled
    /// It is installed, and lets nothing run, or nobody knows what: why.
    case unusable(String)
    case unseen(Gap)
    /// It decides by this policy, read from a file.
    case inForce(CommandPolicy, from: String)

    /// Why a check whose answer the broker will give cannot give one without it.
    static func notInstalled(_ consequence: String) -> String {
        "the privilege broker is not installed: \(consequence)"
    }
}

extension AssessmentContext {
    /// The command policy as the broker would read it: root's alone, and without a mistake.
    package var commandPolicy: PolicyState<CommandPolicy> {
        switch snapshot.commandPolicy {
        case .absent(_, let path): return .missing(path: path)
        case .unseen(let gap): return .broken(["\(gap.what): \(gap.why)"])
        case .seen(let document, let path):
            if let who = document.writableBy { return .broken(["\(path) can be changed by \(who)"]) }
            // No time is decided here, so every time zone will do.
            let references = PolicyReferences(timeZone: { _ in .utc }, resolved: { $0 })
            return PolicyState(PolicyText(path: path, bytes: document.bytes)) { text throws(PolicyErrors) in
                try CommandPolicy(parsing: text, references: references)
            }
        }
    }

    var privilegeBroker: PrivilegeBroker {
        switch snapshot.broker {
        case .absent: return .notInstalled
        case .unseen(let gap): return .unseen(gap)
        case .seen(let broker, _):
            if let who = broker.programWritableBy {
                return .unusable("\(broker.program.path) can be changed by \(who)")
            }
        }
        if case .unseen(let gap) = snapshot.commandPolicy { return .unseen(gap) }
        switch commandPolicy {
        case .usable(let policy): return .inForce(policy, from: policy.path)
        case .missing(let path): return .unusable("the command policy \(path) is missing, so nothing may run")
        case .broken(let lines): return .unusable(lines.first ?? "the command policy cannot be used")
        }
    }
}

extension Judgement {
    /// The broker's policy, where it decides. What stands in its way is a shortfall; that it is not there leaves open what only it shows.
    ///
    /// - Parameter consequence: what cannot be shown without it.
    mutating func lookAtBroker(of context: AssessmentContext, orElse consequence: String) -> CommandPolicy? {
        switch context.privilegeBroker {
        case .notInstalled: isUnknown(PrivilegeBroker.notInstalled(consequence))
        case .unseen(let gap): isUnknown(gap)
        case .unusable(let why):
            fallsShort("the privilege broker is installed and cannot be used", .init(why, from: "bailey-broker"))
        case .inForce(let policy, let path):
            sees(.init("the privilege broker decides by \(policy.rules.count) rules", from: path))
            return policy
        }
        return nil
    }
}
