package import JSON

/// Events of the Open Cybersecurity Schema Framework (https://schema.ocsf.io), version 1.
package enum OCSFReader: AlertReader {
    package static let source = AlertSource.ocsf

    package static func recognizes(_ document: JSONValue) -> Bool {
        document["class_uid"]?.anyNumber != nil && document.at("rule", "level")?.anyNumber == nil
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        var draft = AlertDraft()
        let finding = document["finding_info"] ?? document["finding"]
        draft.id =
            document["alert_id"]?.words ?? finding?["uid"]?.words ?? document.at("metadata", "uid")?.words
            ?? document["id"]?.words
        draft.rule =
            finding?.at("analytic", "uid")?.words ?? finding?.at("analytic", "name")?.words
            ?? finding?["types"]?.texts.first ?? document["type_uid"]?.words ?? ""
        draft.title =
            finding?["title"]?.words ?? document["message"]?.words ?? document["activity_name"]?.words
            ?? document["class_name"]?.words ?? "OCSF event"
        draft.body = finding?["desc"]?.words ?? document["raw_data"]?.words ?? document["message"]?.words ?? ""
        draft.host =
            document.at("device", "hostname")?.words ?? document.at("device", "name")?.words
            ?? document["resources"]?.elements?.first?["name"]?.words ?? ""
        draft.time = document["time"]?.time ?? finding?["created_time"]?.time
        draft.severity =
            document["severity_id"]?.anyNumber.flatMap(AlertSeverity.init(ocsf:))
            ?? document["severity"]?.words.flatMap(AlertSeverity.init(word:)) ?? .medium
        draft.techniques = ((finding?["attacks"] ?? document["attacks"])?.elements ?? []).flatMap { attack in
            [attack.at("technique", "uid")?.words, attack.at("sub_technique", "uid")?.words].compactMap(\.self)
        }
        draft.groups = [document["category_name"]?.words, document["class_name"]?.words].compactMap(\.self)
        draft.confidence = document["confidence_score"]?.anyNumber.map { $0 / 100 } ?? 0.6
        if document["disposition_id"]?.anyNumber == 2 {
            draft.observations.append(.init(text: "it was blocked where it was seen", points: -15))
        }
        if document["status_id"]?.anyNumber == 4 { draft.standing = .resolved }
        draft.subject = withObservables(document)
        return draft
    }

    /// Observables name their kind by number; here each is put under a name that says the same.
    private static func withObservables(_ document: JSONValue) -> JSONValue {
        let names: [Double: String] = [
            1: "hostname", 2: "dst", 4: "user", 5: "email", 6: "url", 7: "file_path", 8: "hash", 9: "process",
            18: "cve",
        ]
        guard case .object(var members) = document, let observables = document["observables"]?.elements else {
            return document
        }
        members["observables"] = .array(
            observables.compactMap { observable in
                guard let number = observable["type_id"]?.anyNumber, let value = observable["value"]?.words else {
                    return nil
                }
                return names[number].map { .object([$0: .text(value)]) } ?? .text(value)
            })
        return .object(members)
    }
}
