import JSON

@testable import AttackRetrieval

/// A bundle as MITRE's are made, with techniques of the tests' own.
struct SmallBundle {
    var objects: [JSONValue] = []

    /// Two techniques and a sub-technique in use, a revoked one with its successor, a deprecated one, an example and an analytic.
    static let usual: SmallBundle = {
        var bundle = SmallBundle()
        bundle.technique("a", "T9001", "Pantry Raid", "Somebody empties the larder at night. Crumbs lead to the door.")
        bundle.technique(
            "b", "T9001.001", "Jam Theft", "Marmalade leaves in a spoon. The spoon stays sticky afterwards.")
        bundle.technique("c", "T9002", "Cat Disguise", "A whiskered mask is worn by the intruder on the roof.")
        bundle.technique("d", "T9003", "Old Raid", "Larder emptied in the former way.", revoked: true)
        bundle.technique("e", "T9004", "Moon Signal", "A lantern blinks.", deprecated: true)
        bundle.relationship("revoked-by", "attack-pattern--d", "attack-pattern--a")
        bundle.relationship(
            "uses", "malware--x", "attack-pattern--d", "Gobbler ate the cheddar wheel (Citation: Mouse 1999).")
        bundle.relationship("detects", "x-mitre-detection-strategy--s", "attack-pattern--c")
        bundle.objects.append(
            .object([
                "type": .text("x-mitre-detection-strategy"), "id": .text("x-mitre-detection-strategy--s"),
                "name": .text("Feline silhouettes"), "x_mitre_analytic_refs": .array([.text("x-mitre-analytic--n")]),
            ]))
        bundle.objects.append(
            .object([
                "type": .text("x-mitre-analytic"), "id": .text("x-mitre-analytic--n"),
                "description": .text("Compare purring with recordings"),
                "x_mitre_log_source_references": .array([
                    .object(["name": .text("rooftop:camera"), "channel": .text("EventCode=9999")])
                ]),
            ]))
        return bundle
    }()

    mutating func technique(
        _ key: String, _ id: String, _ name: String, _ description: String, revoked: Bool = false,
        deprecated: Bool = false
    ) {
        objects.append(
            .object([
                "type": .text("attack-pattern"), "id": .text("attack-pattern--\(key)"), "name": .text(name),
                "description": .text(description), "revoked": .flag(revoked), "x_mitre_deprecated": .flag(deprecated),
                "modified": .text("2025-01-02T03:04:05.000Z"),
                "external_references": .array([
                    .object(["source_name": .text("other"), "external_id": .text("T0000")]),
                    .object(["source_name": .text("mitre-attack"), "external_id": .text(id)]),
                ]),
                "kill_chain_phases": .array([
                    .object(["kill_chain_name": .text("mitre-attack"), "phase_name": .text("collection")])
                ]),
                "x_mitre_platforms": .array([.text("Kitchen")]),
            ]))
    }

    mutating func relationship(_ type: String, _ source: String, _ target: String, _ description: String? = nil) {
        var members: [String: JSONValue] = [
            "type": .text("relationship"), "id": .text("relationship--\(objects.count)"),
            "relationship_type": .text(type), "source_ref": .text(source), "target_ref": .text(target),
        ]
        if let description { members["description"] = .text(description) }
        objects.append(.object(members))
    }

    var bytes: [UInt8] {
        Array(
            JSONValue.object([
                "type": .text("bundle"), "id": .text("bundle--1"), "objects": .array(objects),
            ]).compactText.utf8)
    }

    func index(knowledge: String = "") throws -> AttackIndex {
        try AttackIndex(bundle: bytes, knowledge: DetectionKnowledge(parsing: knowledge), version: "9.9")
    }
}

func id(_ text: String) throws -> TechniqueID {
    struct NoID: Error {}
    guard let id = TechniqueID(text) else { throw NoID() }
    return id
}
