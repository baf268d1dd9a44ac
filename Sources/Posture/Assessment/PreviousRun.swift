package import Findings
package import HostModel
private import JSON
package import Policies

package import struct FoundationEssentials.Date

/// What the run before wrote: its conclusions, to compare with, and its mitigations, whose owner and due date are kept.
///
/// It is read from `assessment.json` and `compliance-summary.json`, which anybody may have edited, cut or replaced. A run that is
/// there and cannot be read is not a first run: its results are `unseen` with the reason, everything then counts as first seen now,
/// nothing is called new, and the assessment says that it could not compare.
package struct PreviousRun: Sendable {
    /// What was concluded, as far as a later run compares with it.
    package struct Results: Sendable, Equatable {
        package var generatedAt: Date?
        package var checks: [String: Check] = [:]
        package var findings: [Fingerprint: Finding] = [:]

        package init() {}
    }

    package struct Check: Sendable, Hashable {
        package var status: ControlResult.Status
        package var risk: Severity
    }

    package struct Finding: Sendable, Hashable {
        package var severity: Severity
        package var firstSeen: Date
    }

    /// What a person may have changed in the document, and when the work began.
    package struct Mitigation: Sendable, Hashable {
        package var owner: String?
        /// Nil when it is not a calendar day.
        package var due: CalendarDay?
        package var openedAt: Date?
        /// What it was about, to carry it over a run that could not look.
        package var title: String?
        package var risk: Severity?
        package var action: String?
        /// Whether it is for a finding, whose fingerprint is its id, and not for a check.
        package var isOfFinding = false
    }

    /// Absent before the first run.
    package var results: Observation<Results>
    package var mitigations: [String: Mitigation] = [:]
    package var gaps: [Gap] = []

    /// Before the first run.
    package static let none = PreviousRun(
        results: .absent(why: "no earlier run was written here", from: "assessment.json"))

    package init(results: Observation<Results>) { self.results = results }

    /// - Parameters:
    ///   - assessment: the bytes of `assessment.json`; absent when there is no such file.
    ///   - summary: the bytes of `compliance-summary.json`. Where both documents list a mitigation, this one's owner and due date count.
    ///   - host: the host being assessed: a run of another host, or of another file tree, is not compared with.
    package init(assessment: Observation<[UInt8]>, summary: Observation<[UInt8]>, host: HostIdentity) {
        var reader = PreviousRunReader(host: host)
        let assessment = reader.document(assessment)
        let summary = reader.document(summary)
        switch (assessment, summary) {
        case (.seen(let document, let source), _): results = reader.results(document, from: source)
        case (.absent, .absent): self = .none
        // One of the two documents was taken away: not a first run.
        case (.absent(let why, let source), _): results = .unseen(reader.incomparable(why, in: source))
        case (.unseen(let gap), _): results = .unseen(gap)
        }
        for case .seen(let document, let source) in [assessment, summary] {
            mitigations.merge(reader.mitigations(document, from: source)) { $1 }
        }
        gaps = reader.gaps
    }
}
