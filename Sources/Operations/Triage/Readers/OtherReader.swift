package import JSON

/// Documents of no known product that say in one field what happened.
package enum OtherReader: AlertReader {
    package static let source = AlertSource.other
    private static let textKeys = ["alert_text", "message", "title", "description", "summary", "name"]

    package static func recognizes(_ document: JSONValue) -> Bool {
        let others: [any AlertReader.Type] = [
            BaileyReader.self, ElasticReader.self, OCSFReader.self, SplunkReader.self, WazuhReader.self,
        ]
        return textKeys.contains { document[$0]?.words != nil } && !others.contains { $0.recognizes(document) }
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        var draft = AlertDraft()
        let texts = textKeys.compactMap { document[$0]?.words }
        draft.id = document["alert_id"]?.words ?? document["id"]?.words ?? document["_id"]?.words
        draft.rule =
            document["rule"]?.words ?? document["rule_id"]?.words ?? document.at("rule", "id")?.words
            ?? document["type"]?.words ?? ""
        // The first that says something: blanks in one field are no reason to refuse what another says.
        draft.title =
            (["title", "name"].compactMap { document[$0]?.words } + texts).first { $0.contains { !$0.isWhitespace } }
            ?? ""
        draft.body =
            document["alert_text"]?.words ?? document["message"]?.words ?? document["description"]?.words
            ?? document["raw"]?.words ?? ""
        guard draft.title.contains(where: { !$0.isWhitespace }) else {
            throw IngestionError("the alert's text is empty")
        }
        draft.host =
            document["host"]?.words ?? document["hostname"]?.words ?? document["agent"]?.words
            ?? document.at("host", "name")?.words ?? ""
        draft.time =
            ["timestamp", "time", "@timestamp", "created_at", "date"].lazy.compactMap { document[$0]?.time }.first
        draft.severity =
            document["severity"]?.words.flatMap(AlertSeverity.init(word:))
            ?? document["level"]?.words.flatMap(AlertSeverity.init(word:))
            ?? TextSeverity.severity(of: texts.joined(separator: " "))
        draft.techniques = ["techniques", "mitre", "technique_id", "mitre_techniques"].flatMap {
            document[$0]?.texts ?? []
        }
        draft.groups = (document["tags"]?.texts ?? []) + (document["category"]?.texts ?? [])
        draft.confidence = document["confidence"]?.anyNumber.map { $0 > 1 ? $0 / 100 : $0 } ?? 0.4
        return draft
    }
}
