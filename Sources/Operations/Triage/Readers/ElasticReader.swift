package import JSON

/// Documents in the Elastic Common Schema, nested or flat, alone or as Elasticsearch's search wraps them; alerts of Kibana among them.
package enum ElasticReader: AlertReader {
    package static let source = AlertSource.elastic

    package static func recognizes(_ document: JSONValue) -> Bool {
        let inner = document["_source"] ?? document
        guard inner.at("rule", "level")?.anyNumber == nil, inner["class_uid"] == nil else { return false }
        return inner["@timestamp"] != nil
            && (inner.at("ecs", "version") != nil || inner["event"]?.members != nil || inner.at("event", "kind") != nil
                || inner.at("event", "category") != nil || inner.at("kibana", "alert", "rule", "name") != nil
                || inner.at("kibana.alert.rule.name") != nil)
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        let inner = document["_source"] ?? document
        var draft = AlertDraft()
        draft.id =
            inner["alert_id"]?.words ?? inner.at("kibana", "alert", "uuid")?.words ?? inner.at("event", "id")?.words
            ?? document["_id"]?.words ?? inner["id"]?.words
        draft.rule =
            inner.at("kibana", "alert", "rule", "uuid")?.words ?? inner.at("rule", "id")?.words
            ?? inner.at("rule", "name")?.words ?? inner.at("event", "code")?.words ?? ""
        draft.title =
            inner.at("kibana", "alert", "rule", "name")?.words ?? inner.at("rule", "name")?.words
            ?? inner["message"]?.words ?? inner.at("event", "action")?.words ?? inner.at("event", "category")?.texts
            .first
            ?? "Elastic event"
        draft.body = inner.at("event", "original")?.words ?? inner["message"]?.words ?? ""
        draft.host =
            inner.at("host", "name")?.words ?? inner.at("host", "hostname")?.words
            ?? inner.at("agent", "name")?.words ?? ""
        draft.time = inner["@timestamp"]?.time
        draft.severity = severity(inner)
        draft.groups =
            (inner.at("event", "category")?.texts ?? []) + (inner.at("event", "type")?.texts ?? [])
            + (inner["tags"]?.texts ?? [])
        draft.techniques = techniques(inner)
        draft.confidence = inner.at("event", "kind")?.words == "alert" ? 0.65 : 0.5
        if inner.at("event", "outcome")?.words == "failure" {
            draft.observations.append(.init(text: "it did not succeed", points: -5))
        }
        draft.subject = inner
        return draft
    }

    private static func severity(_ document: JSONValue) -> AlertSeverity {
        let word =
            document.at("kibana", "alert", "severity")?.words ?? document.at("log", "level")?.words
            ?? document.at("event", "severity_name")?.words
        if let severity = word.flatMap(AlertSeverity.init(word:)) { return severity }
        // event.severity is the source's own number; Elastic's rules use 21, 47, 73 and 99.
        let number =
            document.at("event", "severity")?.anyNumber ?? document.at("event", "risk_score")?.anyNumber
            ?? document.at("kibana", "alert", "risk_score")?.anyNumber
        return switch number ?? 30 {
        case 90...: .critical
        case 70..<90: .high
        case 40..<70: .medium
        case 10..<40: .low
        default: .informational
        }
    }

    private static func techniques(_ document: JSONValue) -> [String] {
        var found = document.at("threat", "technique", "id")?.texts ?? []
        found += document.at("threat", "technique", "subtechnique", "id")?.texts ?? []
        let threats = document.at("kibana", "alert", "rule", "threat")?.elements ?? document["threat"]?.elements ?? []
        for technique in threats.flatMap({ $0["technique"]?.elements ?? [] }) {
            found += technique["id"]?.texts ?? []
            for part in technique["subtechnique"]?.elements ?? [] { found += part["id"]?.texts ?? [] }
        }
        return found
    }
}
