private import Findings
package import HostModel
package import Policies

/// A check that is data: it compares one fact with what a posture policy expects.
package struct FactCheck: Check {
    private let policy: PostureCheck
    private let category: CheckCategory

    /// Nil when the policy names a category that there is none of, which parsing it with `CheckCategory.allCases` refuses.
    package init?(_ policy: PostureCheck) {
        guard let category = CheckCategory(rawValue: policy.category) else { return nil }
        self.policy = policy
        self.category = category
    }

    package var description: CheckDescription {
        CheckDescription(
            id: policy.id, title: policy.title, category: category, risk: policy.risk, rationale: policy.rationale,
            remediation: policy.remediation, controls: policy.controls)
    }

    package var facts: [FactKey] { [policy.key, subject] }

    /// Whether what the key is about is there at all.
    private var subject: FactKey {
        FactKey(policy.key.rawValue.prefix { $0 != "." } + ".in_use")
    }

    /// What was seen is compared; what is not there answers what the policy says of its absence; what could not be seen is not assessed.
    package func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        switch context.snapshot[policy.key] {
        case .unseen(let gap): return .notAssessed(gap)
        case .absent(let why, let source): return answerToAbsence(why, source, context)
        case .seen(let value, let source):
            let evidence = [Evidence("\(policy.key) is \(value)", from: source)]
            if policy.expected.isMet(by: value) { return .compliant(evidence) }
            return .violation(evidence, gap: "\(policy.key.words): \(value); expected: \(policy.expected)")
        }
    }

    private func answerToAbsence(
        _ why: String, _ source: String, _ context: AssessmentContext
    ) -> CheckAnswer {
        if case .seen(.flag(false), let signs) = context.snapshot[subject] {
            return .notApplicable([Evidence(why, from: signs)])
        }
        let reason = policy.absentWhy.map { "\(why): \($0)" } ?? why
        let evidence = [Evidence(reason, from: source)]
        switch policy.absent {
        case .compliant: return .compliant(evidence)
        case .notApplicable: return .notApplicable(evidence)
        case .violation: return .violation(evidence, gap: "\(reason); expected: \(policy.expected)")
        }
    }
}

extension CheckRegistry {
    /// The built-in checks and those of the posture policies, by id. A policy's check that has the id of a built-in one takes its place,
    /// so that an administrator can tune what ships.
    package static func checks(with policies: PosturePolicy) -> [any Check] {
        let data = policies.checks.compactMap(FactCheck.init)
        let tuned = Set(data.map(\.description.id))
        return (builtIn.filter { !tuned.contains($0.description.id) } + data)
            .sorted { $0.description.id < $1.description.id }
    }
}
