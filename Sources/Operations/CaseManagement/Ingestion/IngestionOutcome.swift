package import JSON
package import Triage

/// What became of one alert of a submission.
package struct IngestionOutcome: Sendable {
    package enum Status: Sendable, Hashable {
        /// An alert that was not there before.
        case created
        /// One that was there has come again, and is counted.
        case merged
        /// The same event was delivered before, and is not counted again.
        case duplicate
        case rejected(String)

        package var name: String {
            switch self {
            case .created: "created"
            case .merged: "merged"
            case .duplicate: "duplicate"
            case .rejected: "rejected"
            }
        }

        /// As HTTP says it.
        package var code: Int {
            switch self {
            case .created: 201
            case .merged, .duplicate: 200
            case .rejected: 400
            }
        }
    }

    package var status: Status
    /// The triage id: what feedback refers to.
    package var alert: Int?
    package var caseID: Int?
    package var verdict: Verdict?
    package var occurrences: Int?

    package init(
        status: Status, alert: Int? = nil, caseID: Int? = nil, verdict: Verdict? = nil, occurrences: Int? = nil
    ) {
        self.status = status
        self.alert = alert
        self.caseID = caseID
        self.verdict = verdict
        self.occurrences = occurrences
    }

    /// The status of a whole submission: that of its items where they agree, else 207 (RFC 4918 §13). Nothing sent is nothing wrong.
    package static func code(of outcomes: [IngestionOutcome]) -> Int {
        let codes = Set(outcomes.map(\.status.code))
        return codes.count == 1 ? codes.first ?? 200 : codes.isEmpty ? 200 : 207
    }
}

extension JSONWriter {
    package mutating func value(_ outcome: IngestionOutcome) {
        object {
            $0.member("status", outcome.status.code)
            $0.member("result", outcome.status.name)
            if case .rejected(let why) = outcome.status { $0.member("error", why) }
            if let alert = outcome.alert { $0.member("triage_id", alert) }
            if let caseID = outcome.caseID { $0.member("case_id", caseID) }
            if let verdict = outcome.verdict { $0.member("verdict", verdict.name) }
            if let occurrences = outcome.occurrences { $0.member("occurrences", occurrences) }
        }
    }
}
