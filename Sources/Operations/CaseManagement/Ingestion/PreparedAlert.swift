internal import JSON
package import Triage

/// An alert ready to be stored: everything that can be worked out without the database, by the thread of whoever sent it.
package struct PreparedAlert: Sendable {
    struct KeyedEntity: Sendable {
        var entity: Entity
        var key: Int64
        var weight: EntityWeight
    }

    var examination: Examination
    let fingerprint: [UInt8]
    let likeness: [UInt8]
    let deliveryKey: [UInt8]?
    /// Those that say something about what belongs together, the weightiest first.
    let entities: [KeyedEntity]
    let payload: String
    /// What triage says where neither playbooks nor analysts have anything to add.
    let result: TriageResult
    let triage: String

    /// Entities that are looked for among cases.
    static let entityLimit = 24

    package init(_ alert: Alert, catalogue: some TechniqueRetrieving) {
        examination = Examination(alert, catalogue: catalogue)
        fingerprint = alert.fingerprint
        likeness = alert.likeness
        deliveryKey = alert.deliveryKey
        entities = Array(
            alert.entities.map { KeyedEntity(entity: $0, key: $0.key, weight: EntityWeight(of: $0)) }
                .filter { $0.weight.value > 0 }
                .sorted { ($0.weight.value, $1.entity.value) > ($1.weight.value, $0.entity.value) }
                .prefix(Self.entityLimit))
        payload = alert.payload.compactText
        result = TriageResult(examination, hits: [], history: JudgementHistory(), occurrences: 1)
        triage = Self.document(result, alert)
    }

    static func document(_ result: TriageResult, _ alert: Alert) -> String {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            result.writeMembers(to: &writer)
            writer.member("entities", array: { writer in for entity in alert.entities { writer.value(entity) } })
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension JSONWriter {
    /// A number with three digits after the point.
    mutating func member(_ name: String, rounded number: Double) {
        key(name)
        value((number * 1000).rounded() / 1000)
    }

    mutating func member(_ name: String, _ number: Int?) {
        key(name)
        if let number { value(number) } else { null() }
    }
}
