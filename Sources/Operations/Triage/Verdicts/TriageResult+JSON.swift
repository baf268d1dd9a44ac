package import JSON

extension TriageResult {
    /// Writes the members of a triage as the API gives them, but for what follows from its entities.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.member("verdict", verdict.name)
        writer.key("confidence")
        writer.value((confidence * 1000).rounded() / 1000)
        writer.member("severity", severity.name)
        writer.member("matched_techniques") { writer in
            for technique in techniques {
                writer.value(technique)
            }
        }
        writer.member("attack_chain") { writer in
            for step in attackChain {
                writer.object {
                    $0.member("tactic", step.tactic)
                    $0.member("techniques", step.techniques)
                }
            }
        }
        writer.member("reasoning", reasoning)
        writer.member("playbooks", playbooks)
        writer.member("recommended_actions", actions)
        writer.member("false_positive_indicators", falsePositiveIndicators)
        writer.member("unknowns", unknowns)
        writer.member("adjustment", adjustment)
    }
}

extension Examination.MatchedTechnique {
    /// As documents carry it.
    package var document: JSONValue {
        var writer = JSONWriter(pretty: false)
        writer.value(self)
        // What was just written can be read.
        return (try? UntrustedJSON.parse(writer.bytes).value) ?? .null
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ technique: Examination.MatchedTechnique) {
        object {
            $0.member("technique_id", technique.match.id)
            $0.member("name", technique.match.name)
            $0.member("tactics", technique.match.tactics)
            $0.key("score")
            $0.value((technique.match.score * 1000).rounded() / 1000)
            $0.key("probability")
            $0.value((technique.match.probability * 1000).rounded() / 1000)
            $0.member("matched", technique.match.matched)
            $0.member("claimed_by_source", technique.isClaimed)
        }
    }

    fileprivate mutating func member(_ name: String, _ elements: (inout JSONWriter) -> Void) {
        member(name, array: elements)
    }

    /// Writes an entity as documents carry it.
    package mutating func value(_ entity: Entity) {
        object {
            $0.member("kind", entity.kind.rawValue)
            $0.member("value", entity.value)
            $0.member("roles", entity.roles.sorted().map(\.rawValue))
        }
    }
}
