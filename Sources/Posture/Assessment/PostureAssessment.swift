package import ControlFrameworks
package import Findings
package import HostModel

package import struct FoundationEssentials.Date

/// One check and what it answered on one host at one time.
package struct CheckResult: Sendable {
    package var check: CheckDescription
    package var answer: CheckAnswer

    package init(check: CheckDescription, answer: CheckAnswer) {
        self.check = check
        self.answer = answer
    }
}

/// The status of one control, from the checks that map to it; the rule stands at `ControlRollup`.
package struct ControlResult: Sendable, Hashable {
    package enum Status: String, Sendable, CaseIterable {
        case violation, partial, compliant
        case notApplicable = "not_applicable"
        case notAssessed = "not_assessed"
    }

    package var control: ControlID
    package var title: String
    package var status: Status
    /// Ids of the checks that map to it.
    package var checks: [String]
    /// For a control that is not assessed, how far the knowledge goes: "no check maps to it".
    package var why: String?

    package init(control: ControlID, title: String, status: Status, checks: [String], why: String? = nil) {
        self.control = control
        self.title = title
        self.status = status
        self.checks = checks
        self.why = why
    }
}

/// Work that a violation or a partial check asks for. Owner and due date are set when it first appears and kept from run to run.
package struct Mitigation: Sendable, Hashable {
    /// The check's id, or the fingerprint of a finding that is not a check's.
    package var id: String
    package var title: String
    package var risk: Severity
    package var action: String
    package var owner: String
    /// Calendar day, `2026-12-21`.
    package var due: String
    package var openedAt: Date
    package var isOverdue: Bool

    package init(
        id: String, title: String, risk: Severity, action: String, owner: String, due: String, openedAt: Date,
        isOverdue: Bool
    ) {
        self.id = id
        self.title = title
        self.risk = risk
        self.action = action
        self.owner = owner
        self.due = due
        self.openedAt = openedAt
        self.isOverdue = isOverdue
    }
}

/// Something that was not there, or not as bad, in the run before.
package struct Regression: Sendable, Hashable {
    package enum Change: String, Sendable {
        case newFinding = "new_finding"
        case statusWorse = "status_worse"
        case riskWorse = "risk_worse"
    }

    package var change: Change
    /// A check id or a finding's fingerprint.
    package var id: String
    package var title: String
    package var risk: Severity
    /// Status or risk in the run before; nil for what is new.
    package var before: String?
    package var now: String

    package init(change: Change, id: String, title: String, risk: Severity, before: String?, now: String) {
        self.change = change
        self.id = id
        self.title = title
        self.risk = risk
        self.before = before
        self.now = now
    }
}

/// What `newOrWorse` was compared with. Without a comparison an empty list says nothing about the host.
package enum RunComparison: Sendable, Hashable {
    /// No run was written here before: nothing to compare with, everything is seen for the first time.
    case firstRun
    /// The run before, and when it was; nil where it did not say.
    case compared(with: Date?)
    /// There was a run, and it could not be compared with; the gap says why.
    case impossible(Gap)
}

/// A whole assessment: what was seen, what was concluded, and what has become worse.
package struct PostureAssessment: Sendable {
    package var generatedAt: Date
    package var host: HostIdentity
    package var results: [CheckResult]
    package var controls: [ControlResult]
    package var findings: [Finding]
    package var mitigations: [Mitigation]
    package var newOrWorse: [Regression]
    package var comparison: RunComparison = .firstRun
    package var ports: PortReport?
    package var egress: EgressReport?
    package var sockets: Observation<SocketTable>
    package var gaps: [Gap]

    package init(
        generatedAt: Date, host: HostIdentity, results: [CheckResult], controls: [ControlResult], findings: [Finding],
        mitigations: [Mitigation], newOrWorse: [Regression], ports: PortReport?, egress: EgressReport?,
        sockets: Observation<SocketTable>, gaps: [Gap]
    ) {
        self.generatedAt = generatedAt
        self.host = host
        self.results = results
        self.controls = controls
        self.findings = findings
        self.mitigations = mitigations
        self.newOrWorse = newOrWorse
        self.ports = ports
        self.egress = egress
        self.sockets = sockets
        self.gaps = gaps
    }
}
