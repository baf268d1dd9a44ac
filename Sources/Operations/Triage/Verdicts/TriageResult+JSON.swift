package import JSON

extension TriageResult {
    /// Writes a triage as it is kept with each of millions of alerts: rows in place of objects, and nothing that follows from the rest.
    /// `TriageDocument` makes of it what people and programs are given.
    package func write(entities: [Entity], to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("verdict", verdict.name)
            writer.key("confidence")
            writer.value((confidence * 1000).rounded() / 1000)
            writer.member("severity", severity.name)
            writer.member("t", array: { writer in for technique in techniques { writer.row(technique) } })
            writer.list("reasoning", reasoning)
            writer.list("playbooks", playbooks)
            writer.list("advice", advice)
            writer.list("playbook_actions", playbookActions)
            writer.list("false_positive_indicators", falsePositiveIndicators)
            writer.list("unknowns", unknowns)
            if let adjustment { writer.member("adjustment", adjustment) }
            if let unheard {
                writer.member(
                    "unheard",
                    array: {
                        $0.value(unheard.verdict.name)
                        $0.value(unheard.confidence)
                    })
            }
            writer.member("e", array: { writer in for entity in entities { writer.row(entity) } })
        }
    }

    /// How entities stand in a kept triage that has these and no others.
    package static func text(of entities: [Entity]) -> String {
        var writer = JSONWriter(pretty: false)
        writer.array { writer in for entity in entities { writer.row(entity) } }
        return "\"e\":" + String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension JSONWriter {
    fileprivate mutating func list(_ name: String, _ texts: [String]) {
        if !texts.isEmpty { member(name, texts) }
    }

    /// Id, name, tactics, score, probability, matched words, whether its source claims it.
    fileprivate mutating func row(_ technique: Examination.MatchedTechnique) {
        let match = technique.match
        array { writer in
            writer.value(match.id)
            writer.value(match.name)
            writer.array { for tactic in match.tactics { $0.value(tactic) } }
            writer.value((match.score * 1000).rounded() / 1000)
            writer.value((match.probability * 1000).rounded() / 1000)
            writer.array { for word in match.matched { $0.value(word) } }
            writer.value(technique.isClaimed)
        }
    }

    /// Kind, value, roles.
    fileprivate mutating func row(_ entity: Entity) {
        array { writer in
            writer.value(entity.kind.rawValue)
            writer.value(entity.value)
            for role in entity.roles.sorted() { writer.value(role.rawValue) }
        }
    }
}

extension TriageResult {
    /// The triage as people and programs are given it.
    package func document(entities: [Entity]) -> JSONValue {
        var writer = JSONWriter(pretty: false)
        write(entities: entities, to: &writer)
        return TriageDocument(String(decoding: writer.bytes, as: UTF8.self)).document
    }
}

extension Examination.MatchedTechnique {
    /// As documents carry it.
    package var document: JSONValue {
        func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .text($0) }) }
        func rounded(_ number: Double) -> JSONValue { .number((number * 1000).rounded() / 1000) }
        return .object([
            "technique_id": .text(match.id), "name": .text(match.name), "tactics": texts(match.tactics),
            "score": rounded(match.score), "probability": rounded(match.probability), "matched": texts(match.matched),
            "claimed_by_source": .flag(isClaimed),
        ])
    }
}

/// A kept triage, read back.
package struct TriageDocument: Sendable {
    private let kept: JSONValue

    /// - Parameter text: what `TriageResult.write` made. What cannot be read says nothing.
    package init(_ text: String) { kept = (try? UntrustedJSON.parse(Array(text.utf8)).value) ?? .object([:]) }

    package var entities: [Entity] {
        (kept["e"]?.elements ?? []).compactMap { row in
            guard let row = row.elements, row.count >= 2, let kind = row[0].text.flatMap(Entity.Kind.init),
                let value = row[1].text
            else { return nil }
            return Entity(
                kind: kind, value: value, roles: Set(row.dropFirst(2).compactMap { $0.text.flatMap(Entity.Role.init) }))
        }
    }

    package var techniques: [Examination.MatchedTechnique] {
        (kept["t"]?.elements ?? []).compactMap { row in
            guard let row = row.elements, row.count >= 7, let id = row[0].text, let name = row[1].text else {
                return nil
            }
            let match = TechniqueMatch(
                id: id, name: name, tactics: (row[2].elements ?? []).compactMap(\.text), score: row[3].number ?? 0,
                probability: row[4].number ?? 0, matched: (row[5].elements ?? []).compactMap(\.text))
            return Examination.MatchedTechnique(match: match, isClaimed: row[6].flag ?? false)
        }
    }

    package var verdict: Verdict? { kept["verdict"]?.text.flatMap(Verdict.init(name:)) }

    /// What it came to before analysts were heard; nil where they said nothing.
    package var unheard: Judgement.Outcome? {
        guard let row = kept["unheard"]?.elements, row.count == 2,
            let verdict = row[0].text.flatMap(Verdict.init(name:)), let confidence = row[1].number
        else { return nil }
        return Judgement.Outcome(verdict: verdict, confidence: confidence)
    }

    package var chain: [(tactic: String, techniques: [String])] { TriageResult.chain(techniques) }

    package func texts(_ name: String) -> [String] {
        if name == "recommended_actions", kept[name] == nil {
            return verdict.map { TriageResult.actions(texts("advice"), texts("playbook_actions"), $0) } ?? []
        }
        return (kept[name]?.elements ?? []).compactMap(\.text)
    }

    /// The triage as people and programs are given it.
    package var document: JSONValue {
        func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .text($0) }) }
        var members: [String: JSONValue] = [
            "verdict": kept["verdict"] ?? .null, "confidence": kept["confidence"] ?? .null,
            "severity": kept["severity"] ?? .null, "adjustment": kept["adjustment"] ?? .null,
        ]
        for name in ["reasoning", "playbooks", "recommended_actions", "false_positive_indicators", "unknowns"] {
            members[name] = texts(self.texts(name))
        }
        members["matched_techniques"] = .array(techniques.map(\.document))
        members["attack_chain"] = .array(
            chain.map { .object(["tactic": .text($0.tactic), "techniques": texts($0.techniques)]) })
        members["entities"] = .array(
            entities.map {
                .object([
                    "kind": .text($0.kind.rawValue), "value": .text($0.value),
                    "roles": texts($0.roles.sorted().map(\.rawValue)),
                ])
            })
        members["investigation_queries"] = .array(
            InvestigationQuery.queries(about: entities).map {
                .object([
                    "product": .text($0.product.rawValue), "purpose": .text($0.purpose), "query": .text($0.query),
                ])
            })
        return .object(members)
    }
}

extension TriageDocument {
    /// The same triage with more entities, as many as one alert may have.
    /// - Returns: those that are new to it; nil where none is, and no role of one either.
    package func adding(_ more: [Entity]) -> (new: [Entity], text: String)? {
        guard case .object(var members) = kept else { return nil }
        let before = entities
        var collector = EntityCollector()
        for entity in before + more { collector.add(entity) }
        let after = collector.entities
        guard after != before else { return nil }
        members["e"] = .array(
            after.map { entity in
                .array(
                    [.text(entity.kind.rawValue), .text(entity.value)]
                        + entity.roles.sorted().map { .text($0.rawValue) })
            })
        return (Array(after.dropFirst(before.count)), JSONValue.object(members).compactText)
    }

    /// The same triage with analysts heard as they speak now: what they said before is taken out again.
    /// - Returns: nil where that changes nothing, or the text is none that `TriageResult.write` made.
    package func hearing(_ history: JudgementHistory) -> (outcome: Judgement.Outcome, text: String)? {
        guard case .object(var members) = kept, let verdict, let confidence = kept["confidence"]?.number else {
            return nil
        }
        let adjustment = kept["adjustment"]?.text
        let unheard = self.unheard ?? Judgement.Outcome(verdict: verdict, confidence: confidence)
        let heard = unheard.hearing(history)
        let rounded = (heard.confidence * 1000).rounded() / 1000
        guard heard.verdict != verdict || rounded != confidence || heard.adjustment != adjustment else { return nil }
        members["verdict"] = .text(heard.verdict.name)
        members["confidence"] = .number(rounded)
        members["adjustment"] = heard.adjustment.map { .text($0) }
        members["unheard"] =
            history == JudgementHistory()
            ? nil : .array([.text(unheard.verdict.name), .number(unheard.confidence)])
        let reasoning = texts("reasoning").filter { $0 != adjustment } + (heard.adjustment.map { [$0] } ?? [])
        members["reasoning"] = .array(reasoning.map { .text($0) })
        return (heard, JSONValue.object(members).compactText)
    }
}
