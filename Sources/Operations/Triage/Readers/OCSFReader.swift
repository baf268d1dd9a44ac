internal import Cryptography
package import JSON

/// Events of the Open Cybersecurity Schema Framework (https://schema.ocsf.io), version 1.
package enum OCSFReader: AlertReader {
    package static let source = AlertSource.ocsf

    /// Vulnerability Finding, Compliance Finding, Application Security Posture Finding.
    private static let postureClasses: Set<Double> = [2002, 2003, 2007]

    package static func recognizes(_ document: JSONValue) -> Bool {
        document["class_uid"]?.anyNumber != nil && document.at("rule", "level")?.anyNumber == nil
    }

    package static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft {
        var draft = AlertDraft()
        let finding = document["finding_info"] ?? document["finding"]
        draft.id =
            document["alert_id"]?.words ?? document.at("metadata", "uid")?.words ?? document["id"]?.words
            ?? finding?["uid"]?.words.map { update(of: $0, document) }
        draft.fingerprint = finding?["uid"]?.words.map { uid in
            // Products count their findings each from one.
            let product = document.at("metadata", "product", "uid") ?? document.at("metadata", "product", "name")
            return "\(product?.words ?? "")/\(uid)"
        }
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
        draft.isPosture = document["class_uid"]?.anyNumber.map(postureClasses.contains) ?? false
        if finding != nil, isOver(document) { draft.standing = .resolved }
        draft.subject = withObservables(withoutUID(document))
        return draft
    }

    /// A finding is told of when it is created, updated and closed, each time with the finding's uid and a uid of the event
    /// (`metadata.uid`). Where a product leaves that out, events that differ are different ones.
    private static func update(of uid: String, _ document: JSONValue) -> String {
        guard case .object(var members) = document else { return uid }
        // When it was collected and sent on.
        members["metadata"] = nil
        return "\(SHA256.hash(Array(JSONValue.object(members).compactText.utf8)).prefix(16).hexadecimal)@\(uid)"
    }

    /// Whether a finding (category 2) is told of for the last time: `status_id` 4 is Resolved and, of an incident (class 2005), 5 Closed;
    /// `activity_id` 3 is Close. Of other classes the numbers mean something else.
    private static func isOver(_ document: JSONValue) -> Bool {
        let status = document["status_id"]?.anyNumber
        let isIncident = document["class_uid"]?.anyNumber == 2005
        return status == 4 || isIncident && status == 5 || document["activity_id"]?.anyNumber == 3
            || ["resolved", "closed"].contains(document["status"]?.words?.lowercased())
    }

    /// A finding's own uid is often a hash, and none of a file.
    private static func withoutUID(_ document: JSONValue) -> JSONValue {
        guard case .object(var members) = document else { return document }
        for name in ["finding_info", "finding"] {
            if case .object(var finding) = members[name] {
                finding["uid"] = nil
                members[name] = .object(finding)
            }
        }
        members["finding_info.uid"] = nil
        return .object(members)
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
