package import JSON
package import Triage

/// What the triage document of a stored alert says, as far as others need it.
package struct StoredTriage {
    package let document: JSONValue

    package init(_ text: String) {
        // The core wrote it; one that cannot be read says nothing.
        document = (try? UntrustedJSON.parse(Array(text.utf8)).value) ?? .object([:])
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
