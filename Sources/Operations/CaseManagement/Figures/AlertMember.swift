package import JSON
internal import Triage

/// What documents say of a stored alert, a member each. The raw value is its name.
package enum AlertMember: String, Sendable, CaseIterable {
    case triageID = "triage_id"
    case source
    case sourceID = "alert_id"
    case rule, title, host, severity, verdict, confidence, state
    case firstSeen = "first_seen"
    case lastSeen = "last_seen"
    case receivedAt = "received_at"
    case occurrences, reopened
    case caseID = "case_id"
    /// The ids of those that its triage found or its source claims.
    case techniques

    /// What every document of an alert says of it, in this order.
    package static let record = allCases.filter { $0 != .techniques }
    /// What a list of summaries shows: what triage made of the alert, without the reasons.
    package static let summary: [AlertMember] = [
        .triageID, .title, .host, .source, .severity, .verdict, .confidence, .state, .lastSeen, .occurrences, .caseID,
        .techniques,
    ]
}

extension JSONWriter {
    /// - Parameter triage: written behind them; nil for none.
    package mutating func value(_ alert: AlertRecord, _ members: [AlertMember], triage: JSONValue? = nil) {
        object { writer in
            for member in members { writer.write(member, of: alert) }
            if let triage { writer.member("triage", triage) }
        }
    }

    private mutating func write(_ member: AlertMember, of alert: AlertRecord) {
        let name = member.rawValue
        switch member {
        case .triageID: self.member(name, alert.id)
        case .source: self.member(name, alert.source)
        case .sourceID: self.member(name, alert.sourceID)
        case .rule: self.member(name, alert.rule)
        case .title: self.member(name, alert.title)
        case .host: self.member(name, alert.host)
        case .severity: self.member(name, alert.severity.name)
        case .verdict: self.member(name, alert.verdict.name)
        case .confidence: self.member(name, rounded: alert.confidence)
        case .state: self.member(name, alert.state)
        case .firstSeen: self.member(name, alert.firstSeen.description)
        case .lastSeen: self.member(name, alert.lastSeen.description)
        case .receivedAt: self.member(name, alert.receivedAt.description)
        case .occurrences: self.member(name, alert.occurrences)
        case .reopened: self.member(name, alert.reopened)
        case .caseID: self.member(name, alert.caseID)
        case .techniques:
            let matched = StoredTriage(alert.triage).document["matched_techniques"]?.elements ?? []
            self.member(name, matched.compactMap { $0["technique_id"]?.text })
        }
    }
}
