internal import CaseManagement
internal import JSON
package import Policies
internal import Storage
internal import Triage

/// Makes messages of notices, with what the store knows of their case and alert.
struct MessageBuilder {
    let reader: StoreReader

    /// Nil where the case is gone.
    func message(of notice: Notice) throws(StorageError) -> AlertMessage? {
        guard let record = try reader.caseRecord(notice.caseID) else { return nil }
        let alert: AlertRecord? =
            if let id = notice.alert { try reader.alert(id) } else { nil }
        let triage = alert.map { StoredTriage($0.triage) }
        return AlertMessage(
            key: "", event: notice.event, at: notice.at, severity: notice.severity, title: notice.text,
            host: alert?.host ?? record.host, caseID: record.id, alertID: notice.alert, verdict: record.verdict.name,
            confidence: record.confidence, alerts: record.alerts, source: alert?.source ?? "",
            rule: alert?.rule ?? "", techniques: record.techniques,
            controls: try alert.map { (alert) throws(StorageError) in try controls(of: alert.id) } ?? [],
            reasons: triage?.texts("reasoning") ?? [], actions: triage?.texts("recommended_actions") ?? [])
    }

    /// The controls that a finding says it is about.
    private func controls(of alert: Int) throws(StorageError) -> [String] {
        guard let payload = try reader.payload(of: alert),
            // The core wrote it; one that cannot be read names no controls.
            let document = try? UntrustedJSON.parse(Array(payload.utf8)).value
        else { return [] }
        return (document["controls"]?.elements ?? []).compactMap(\.text)
    }
}

extension AlertMessage {
    /// What rules look at.
    var subject: AlertSubject {
        AlertSubject(
            event: event, severity: severity.name, kinds: [source, rule].filter { !$0.isEmpty }, controls: controls,
            host: host)
    }
}

extension AlertsPolicy {
    /// With the severities there are.
    package init(parsing text: PolicyText, references: PolicyReferences) throws(PolicyErrors) {
        try self.init(parsing: text, severities: AlertSeverity.allCases.map(\.name), references: references)
    }
}
