internal import Findings
package import JSON

/// Findings of Bailey itself: assessment, monitor, broker, proxy.
package enum BaileyReader: AlertReader {
    package static let source = AlertSource.bailey

    /// Findings that somebody may have done something; the others are of what a host allows.
    private static let detections: Set<FindingKind> = [.sniffer, .unapprovedEgress, .guardBypass]

    package static func recognizes(_ document: JSONValue) -> Bool {
        document["fingerprint"]?.text != nil && document["kind"]?.text != nil && document.at("resource", "kind") != nil
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        var draft = AlertDraft()
        guard let fingerprint = document["fingerprint"]?.text, !fingerprint.isEmpty, fingerprint.utf8.count <= 128
        else {
            throw IngestionError("fingerprint of a finding is text of 1 to 128 bytes")
        }
        guard let severity = document["severity"]?.text.flatMap(AlertSeverity.init(word:)) else {
            throw IngestionError("severity of a finding is low, medium, high or critical")
        }
        draft.severity = severity
        draft.fingerprint = fingerprint
        draft.rule = document["kind"]?.text ?? ""
        draft.title = document["title"]?.words ?? draft.rule
        draft.body = document["detail"]?.words ?? ""
        draft.host = document["host"]?.words ?? document.at("host", "hostname")?.words ?? ""
        draft.time = document["last_seen"]?.time ?? document["first_seen"]?.time
        // The same observation sent twice is one; the next look at the same door is another.
        draft.id =
            document["alert_id"]?.words ?? document["id"]?.words
            ?? draft.time.map { "\(fingerprint)@\($0.milliseconds)" }
        draft.techniques = document["techniques"]?.texts ?? []
        draft.groups = ["bailey", draft.rule]
        draft.confidence = document["confidence"]?.anyNumber ?? 0.9
        draft.advice = document["remediation"]?.texts ?? []
        // The rest names the finding, its controls and where the producer looked: nothing that it is about.
        var subject: [String: JSONValue] = [:]
        for name in ["resource", "title", "detail"] { subject[name] = document[name] }
        draft.subject = .object(subject)
        draft.isPosture = FindingKind(rawValue: draft.rule).map { !detections.contains($0) } ?? false
        draft.standing = document["state"]?.text.flatMap(Alert.Standing.init) ?? .open
        return draft
    }
}
