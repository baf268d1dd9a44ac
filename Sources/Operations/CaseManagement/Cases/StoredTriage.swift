package import JSON
package import Triage

/// What the triage document of a stored alert says, as far as others need it.
package struct StoredTriage {
    package let document: JSONValue

    /// A triage as it is kept.
    package static func text(of result: TriageResult, entities: [Entity]) -> String {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            result.writeMembers(to: &writer)
            writer.member("entities", array: { writer in for entity in entities { writer.value(entity) } })
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    package init(_ text: String) {
        // The core wrote it; one that cannot be read says nothing.
        document = (try? UntrustedJSON.parse(Array(text.utf8)).value) ?? .object([:])
    }

    package var queries: [InvestigationQuery] { InvestigationQuery.queries(about: entities) }

    /// The triage as people and programs are given it.
    package var fullDocument: JSONValue {
        guard case .object(var members) = document else { return document }
        members["investigation_queries"] = .array(
            queries.map {
                .object([
                    "product": .text($0.product.rawValue), "purpose": .text($0.purpose), "query": .text($0.query),
                ])
            })
        return .object(members)
    }

    package var entities: [Entity] {
        (document["entities"]?.elements ?? []).compactMap { element in
            guard let kind = element["kind"]?.text.flatMap(Entity.Kind.init), let value = element["value"]?.text else {
                return nil
            }
            let roles = (element["roles"]?.elements ?? []).compactMap { $0.text.flatMap(Entity.Role.init) }
            return Entity(kind: kind, value: value, roles: Set(roles))
        }
    }

    package var chain: [(tactic: String, techniques: [String])] {
        (document["attack_chain"]?.elements ?? []).compactMap { element in
            element["tactic"]?.text.map { ($0, (element["techniques"]?.elements ?? []).compactMap(\.text)) }
        }
    }

    package func texts(_ name: String) -> [String] { (document[name]?.elements ?? []).compactMap(\.text) }
}
