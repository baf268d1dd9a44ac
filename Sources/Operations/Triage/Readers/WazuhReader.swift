package import JSON

/// Alerts of Wazuh: as its `alerts.json` has them, as its indexer wraps them (`_source`), and as webhooks send them on.
package enum WazuhReader: AlertReader {
    package static let source = AlertSource.wazuh

    package static func recognizes(_ document: JSONValue) -> Bool {
        let inner = document["_source"] ?? document
        return inner.at("rule", "level")?.anyNumber != nil
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        let inner = document["_source"] ?? document
        var draft = AlertDraft()
        guard let level = inner.at("rule", "level")?.anyNumber, (0...16).contains(level) else {
            throw IngestionError("rule.level of a Wazuh alert is a number from 0 to 16")
        }
        draft.severity = AlertSeverity(wazuhLevel: level)
        draft.id =
            document["alert_id"]?.words ?? document["id"]?.words ?? document["_id"]?.words ?? inner["alert_id"]?.words
            ?? inner["id"]?.words
        draft.rule = inner.at("rule", "id")?.words ?? ""
        draft.title = inner.at("rule", "description")?.words ?? "Wazuh rule \(draft.rule)"
        draft.body = inner["full_log"]?.words ?? inner.at("data", "win", "system", "message")?.words ?? ""
        draft.host = inner.at("agent", "name")?.words ?? inner.at("predecoder", "hostname")?.words ?? ""
        draft.time = inner["timestamp"]?.time ?? inner["@timestamp"]?.time
        draft.techniques = inner.at("rule", "mitre", "id")?.texts ?? []
        draft.groups = inner.at("rule", "groups")?.texts ?? []
        // Security Configuration Assessment, and what the scanner of vulnerabilities finds.
        draft.isPosture = draft.groups.contains { ["sca", "vulnerability-detector"].contains($0.lowercased()) }
        // A decoder that knew the line has read fields out of it; a high level rests on more than one event.
        draft.confidence = level >= 10 ? 0.7 : 0.6
        draft.observations = observations(inner)
        draft.subject = inner
        return draft
    }

    private static func observations(_ alert: JSONValue) -> [Alert.Observation] {
        var observations: [Alert.Observation] = []
        if let engines = alert.at("data", "virustotal", "positives")?.anyNumber, engines >= 1, engines < 1000 {
            observations.append(
                .init(
                    text: "\(Int(engines)) engines of VirusTotal call the file malicious",
                    points: engines >= 5 ? 25 : 10))
        }
        if let times = alert.at("rule", "firedtimes")?.anyNumber, times >= 10, times < 1e9 {
            observations.append(.init(text: "the rule fired \(Int(times)) times at its source", points: 5))
        }
        let action = (alert.at("data", "action")?.words ?? alert.at("data", "log_subtype")?.words ?? "").lowercased()
        if ["blocked", "denied", "drop", "deny", "dropped"].contains(action) {
            observations.append(.init(text: "it was blocked where it was seen", points: -15))
        }
        return observations
    }
}
