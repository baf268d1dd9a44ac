import BrokerProtocol
import JSON
import SudoClient

/// What a policy decides about a command that was not run (`bailey run --dry-run`).
enum DecisionText {
    static func print(_ decision: DecisionReport, in session: Session) {
        guard !session.options.wantsJSON else { return printJSON(decision, in: session) }
        let rule = decision.rule.map { " by rule '\($0)'" } ?? ""
        var lines = ["\(decision.isAllowed ? "allowed" : "denied")\(rule): \(decision.reason)"]
        if decision.isAllowed {
            let needs = decision.approvals.map(\.text).joined(separator: ", ")
            lines += ["  needs \(needs.isEmpty ? "no approval" : needs)"] + decision.terms.map { "  \($0)" }
        }
        if let policy = decision.policy { lines.append("  policy \(policy)") }
        session.console.print(lines.map(printable).joined(separator: "\n"))
    }

    private static func printJSON(_ decision: DecisionReport, in session: Session) {
        session.printJSON { writer in
            writer.member("allowed", decision.isAllowed)
            writer.member("rule", decision.rule)
            writer.member("reason", decision.reason)
            writer.member(
                "approvals",
                array: { writer in
                    for need in decision.approvals {
                        writer.objectOnOneLine {
                            $0.member("method", need.method.name)
                            $0.member("count", need.count)
                        }
                    }
                })
            writer.member("terms", decision.terms)
            writer.member("policy", decision.policy?.description)
        }
    }
}
