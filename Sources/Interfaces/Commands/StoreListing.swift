import CaseManagement
import JSON
import Reporting
import Triage

/// How what the core answers is printed for people. All text comes from outside and is made safe for a terminal.
extension Session {
    /// A document that says its own schema.
    func printDocument(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        write(&writer)
        console.write(writer.drain() + [0x0a])
    }

    /// One line of two or more columns.
    func printRow(_ columns: [(text: String, width: Int)]) {
        console.print(
            columns.map {
                padded(
                    printable($0.text.prefix(200).split(whereSeparator: \.isNewline).joined(separator: " ")), $0.width)
            }.joined(separator: " "))
    }

    func printText(_ text: String) { console.print(printable(text)) }

    func print(alert: JSONValue) {
        printRow([
            (alert.words("triage_id"), 7), (alert.words("verdict"), 8), (alert.words("last_seen"), 20),
            ("×\(alert.words("occurrences"))", 7),
            (alert["case_id"]?.number == nil ? "-" : "case \(alert.words("case_id"))", 12),
            (alert.words("host"), 20), (alert.words("title"), 0),
        ])
    }

    func print(case record: JSONValue) {
        printRow([
            (record.words("case_id"), 7), (record.words("severity"), 13), (record.words("state"), 14),
            ("blast \(record["blast_radius"]?.words("value") ?? "")", 9), ("\(record.words("alerts")) alerts", 12),
            (record.words("host"), 20), (record.words("title"), 0),
        ])
    }

    /// What triage says, in sections.
    func print(triage: JSONValue) {
        for (title, name) in [
            ("Why", "reasoning"), ("What to do", "recommended_actions"),
            ("What speaks for a false positive", "false_positive_indicators"),
            ("What is not known", "unknowns"),
        ] {
            let texts = triage.texts(name)
            guard !texts.isEmpty else { continue }
            printText("\(title):")
            for text in texts { printText("  - \(text)") }
        }
        let techniques = triage["matched_techniques"]?.elements ?? []
        if !techniques.isEmpty { printText("Techniques:") }
        for technique in techniques {
            let words = technique.texts("matched").joined(separator: " ")
            let isClaimed = technique["claimed_by_source"]?.flag == true
            let why = isClaimed ? "named by its source" : "\(percent(technique["probability"]))  \(words)"
            printText("  \(technique.words("technique_id")) \(technique.words("name")): \(why)")
        }
        print(chain: triage["attack_chain"]?.elements ?? [])
        let playbooks = triage.texts("playbooks")
        if !playbooks.isEmpty { printText("Playbooks: \(playbooks.joined(separator: ", "))") }
        print(entities: triage["entities"]?.elements ?? [])
        print(queries: triage["investigation_queries"]?.elements ?? [])
    }

    private func print(chain: [JSONValue]) {
        if !chain.isEmpty { printText("Attack chain:") }
        for step in chain {
            printText("  \(step.words("tactic")): \(step.texts("techniques").joined(separator: ", "))")
        }
    }

    func print(entities: [JSONValue]) {
        if !entities.isEmpty { printText("Entities:") }
        for entity in entities {
            let roles = entity.texts("roles").joined(separator: ", ")
            printRow([
                ("  \(entity.words("kind"))", 10), (entity.words("value") + (roles.isEmpty ? "" : " (\(roles))"), 0),
            ])
        }
    }

    func print(timeline: JSONValue) {
        for entry in timeline.elements ?? [] {
            printRow([
                (entry.words("at"), 20), (entry.words("kind"), 10), (entry.words("actor"), 12),
                (entry.words("text"), 0),
            ])
        }
    }

    /// In full, for they are there to be copied.
    private func print(queries: [JSONValue]) {
        if !queries.isEmpty { printText("Queries:") }
        var purpose = ""
        for query in queries {
            if query.words("purpose") != purpose {
                purpose = query.words("purpose")
                printText("  \(purpose)")
            }
            printText("    \(padded(query.words("product"), 8)) \(query.words("query"))")
        }
    }

    /// A share of something, or that there is none.
    func percent(_ rate: JSONValue?) -> String { rate?.number.map { "\(Int(($0 * 100).rounded())) %" } ?? "none" }
}

extension JSONValue {
    /// A member as it is said in a line: text, or a number; nothing where it is not there.
    func words(_ name: String) -> String {
        switch self[name] {
        case .text(let text)?: text
        case .number(let number)?: Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        default: ""
        }
    }

    func texts(_ name: String) -> [String] { (self[name]?.elements ?? []).compactMap(\.text) }
}
