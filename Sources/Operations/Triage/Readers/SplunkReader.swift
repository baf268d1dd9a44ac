internal import Cryptography
package import JSON

/// What Splunk's webhook action posts: the search, and the first row of its result.
package enum SplunkReader: AlertReader {
    package static let source = AlertSource.splunk

    package static func recognizes(_ document: JSONValue) -> Bool {
        document["result"]?.members != nil && (document["search_name"] != nil || document["sid"] != nil)
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        var draft = AlertDraft()
        let result = document["result"] ?? .null
        draft.id = document["alert_id"]?.words ?? document["sid"]?.words.map { delivery(ofSearch: $0, result) }
        draft.rule = document["search_name"]?.words ?? result["signature"]?.words ?? ""
        draft.title =
            result["rule_title"]?.words ?? result["signature"]?.words ?? document["search_name"]?.words
            ?? "Splunk alert"
        draft.body = result["_raw"]?.words ?? result["rule_description"]?.words ?? ""
        draft.host = result["dvc"]?.words ?? result["host"]?.words ?? result["dest"]?.words ?? ""
        if EntityText.address(draft.host) != nil { draft.host = result["host"]?.words ?? "" }
        draft.time = result["_time"]?.time
        draft.severity = (result["urgency"] ?? result["severity"])?.words.flatMap(AlertSeverity.init(word:)) ?? .medium
        let keys = [
            "mitre_technique_id", "annotations.mitre_attack", "mitre_attack_id",
            "annotations.mitre_attack.mitre_technique_id",
        ]
        draft.techniques = keys.flatMap { result[$0]?.texts ?? [] }.flatMap {
            $0.split(whereSeparator: { ", |".contains($0) }).map(String.init)
        }
        draft.groups = [result["tag"]?.words, result["category"]?.words].compactMap(\.self)
        if (result["action"]?.words ?? "").lowercased() == "blocked" {
            draft.observations.append(.init(text: "it was blocked where it was seen", points: -15))
        }
        draft.confidence = 0.55
        draft.subject = result
        return draft
    }

    /// A search has one id for as long as it runs, a real-time search (`rt_scheduler_…`) for weeks, and each row that triggers it is posted
    /// by itself. No field of a row names it: `_cd` and `_bkt` name the event, of which `mvexpand` and joins make several rows.
    private static func delivery(ofSearch id: String, _ row: JSONValue) -> String {
        "\(SHA256.hash(Array(row.compactText.utf8)).prefix(16).hexadecimal)@\(id)"
    }
}
