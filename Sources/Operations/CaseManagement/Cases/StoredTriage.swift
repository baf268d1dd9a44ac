package import JSON
package import Triage

/// What the triage of a stored alert says.
package struct StoredTriage {
    private let kept: TriageDocument

    /// A triage as it is kept.
    package static func text(of result: TriageResult, entities: [Entity]) -> String {
        var writer = JSONWriter(pretty: false, capacity: 2_048)
        result.write(entities: entities, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    package init(_ text: String) { kept = TriageDocument(text) }

    package var document: JSONValue { kept.document }
    package var entities: [Entity] { kept.entities }
    package var unheard: Judgement.Outcome? { kept.unheard }
    package var chain: [(tactic: String, techniques: [String])] { kept.chain }
    package func texts(_ name: String) -> [String] { kept.texts(name) }
}
