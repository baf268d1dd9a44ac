package import ControlFrameworks
package import Findings
package import HostModel

/// What a check is, apart from what it answers: the entry in `bailey checks`.
package struct CheckDescription: Sendable, Hashable {
    /// Kebab case or snake case, unique, never changed once shipped: `ssh-root-login`, `open_ports_approved`.
    package var id: String
    /// A short statement of the state wished for: "SSH refuses direct root logins".
    package var title: String
    package var category: CheckCategory
    /// The risk of not meeting it.
    package var risk: Severity
    /// Why it matters, in a sentence or two.
    package var rationale: String
    /// What to do when it is not met, concretely.
    package var remediation: String
    package var controls: [ControlID]

    package init(
        id: String, title: String, category: CheckCategory, risk: Severity, rationale: String, remediation: String,
        controls: [ControlID]
    ) {
        self.id = id
        self.title = title
        self.category = category
        self.risk = risk
        self.rationale = rationale
        self.remediation = remediation
        self.controls = controls
    }
}

package enum CheckCategory: String, Sendable, CaseIterable {
    case accounts, ssh, kernel, files, mounts, updates, logging, time, firewall, services, network, privilege, agents,
        backup
}

/// One question about a host, answered from a snapshot alone: a check does no I/O of its own.
package protocol Check: Sendable {
    var description: CheckDescription { get }
    /// The simple facts the check reads, which a collector fetches because the check asks for them.
    var facts: [FactKey] { get }
    func evaluate(_ context: AssessmentContext) -> CheckAnswer
}

extension Check {
    package var facts: [FactKey] { [] }
}

/// How a check came out. `notAssessed` is an answer too: it says that nobody looked, and why; it is never counted as good.
package enum CheckStatus: Sendable, Hashable {
    case compliant
    case partial
    case violation
    case notApplicable
    case notAssessed(why: String)

    /// The word documents carry.
    package var name: String {
        switch self {
        case .compliant: "compliant"
        case .partial: "partial"
        case .violation: "violation"
        case .notApplicable: "not_applicable"
        case .notAssessed: "not_assessed"
        }
    }
}

/// What a check answers: always with evidence, and with the gap unless it is compliant.
package struct CheckAnswer: Sendable, Hashable {
    package var status: CheckStatus
    /// What was read, from where. Never empty but for `notAssessed`, whose `why` takes its place.
    package var evidence: [Evidence]
    /// What is between the state seen and the state wished for.
    package var gap: String?
    /// What to do here, where it is more exact than the check's own remediation.
    package var remediation: String?

    package static func compliant(_ evidence: [Evidence]) -> CheckAnswer {
        CheckAnswer(status: .compliant, evidence: evidence)
    }

    package static func partial(_ evidence: [Evidence], gap: String, remediation: String? = nil) -> CheckAnswer {
        CheckAnswer(status: .partial, evidence: evidence, gap: gap, remediation: remediation)
    }

    package static func violation(_ evidence: [Evidence], gap: String, remediation: String? = nil) -> CheckAnswer {
        CheckAnswer(status: .violation, evidence: evidence, gap: gap, remediation: remediation)
    }

    /// - Parameter evidence: what shows that the question does not arise here.
    package static func notApplicable(_ evidence: [Evidence]) -> CheckAnswer {
        CheckAnswer(status: .notApplicable, evidence: evidence)
    }

    package static func notAssessed(_ why: String, evidence: [Evidence] = []) -> CheckAnswer {
        CheckAnswer(status: .notAssessed(why: why), evidence: evidence)
    }

    /// What closes the gap is what to do.
    package static func notAssessed(_ gap: Gap) -> CheckAnswer {
        CheckAnswer(
            status: .notAssessed(why: "\(gap.what): \(gap.why)"), evidence: [], remediation: gap.remedy)
    }
}
