internal import Cryptography
package import Triage

/// A draft of a Sigma rule (https://sigmahq.io/docs/basics/rules.html) from what a confirmed case has in common: for an analyst to finish.
package enum SigmaRule {
    /// Fields of Sigma's taxonomy by kind of entity, and what log they are in.
    private static let fields: [String: (field: String, suffix: String)] = [
        "hash": ("Hashes", "|contains"), "ipv4": ("DestinationIp", ""), "ipv6": ("DestinationIp", ""),
        "domain": ("QueryName", "|endswith"),
        "url": ("c-uri", "|contains"), "process": ("Image", "|endswith"), "path": ("TargetFilename", ""),
        "user": ("User", ""),
    ]
    private static let valueLimit = 20

    /// - Returns: nil when the case has nothing specific that a rule could look for.
    package static func draft(of file: CaseFile, now: EventTime) -> String? {
        var selections: [(name: String, field: String, values: [String])] = []
        for (kind, field) in fields.sorted(by: { $0.key < $1.key }) {
            let values = file.entities.filter { $0.kind == kind && isSpecific($0) }.map(\.value)
            guard !values.isEmpty else { continue }
            selections.append(("selection_\(kind)", field.field + field.suffix, Array(values.prefix(valueLimit))))
        }
        guard !selections.isEmpty else { return nil }
        var lines = [
            "title: \(quoted("Case \(file.record.id): \(file.record.title)".prefix(250)))",
            "id: \(identifier(of: file))", "status: experimental",
            "description: \(quoted("Drafted by Bailey from case \(file.record.id) with \(file.record.alerts) alerts; to be finished by an analyst."))",
            "author: Bailey", "date: \(now.description.prefix(10))", "logsource:",
            "    category: \(category(selections.map(\.name)))",
            "detection:",
        ]
        for selection in selections {
            lines += ["    \(selection.name):", "        \(selection.field):"]
            lines += selection.values.map { "            - \(quoted($0[...]))" }
        }
        lines.append("    condition: 1 of selection_*")
        lines += [
            "falsepositives:", "    - \(quoted("Not yet known: the draft was made from one case."))",
            "level: \(level(file.record.severity))",
        ]
        let tags = file.record.techniques.map { "attack.\($0.lowercased())" }
        if !tags.isEmpty { lines += ["tags:"] + tags.map { "    - \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func isSpecific(_ entity: CaseEntity) -> Bool {
        guard let kind = Entity.Kind(rawValue: entity.kind) else { return false }
        return EntityWeight(of: Entity(kind: kind, value: entity.value)).binds
    }

    /// A UUID that the same case always gets, in the form of version 8 (RFC 9562 §5.8).
    private static func identifier(of file: CaseFile) -> String {
        var bytes = Array(SHA256.hash(Array("\(file.record.id)/\(file.record.openedAt.milliseconds)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(bytes.hexadecimal)
        return [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]].map { String($0) }
            .joined(separator: "-")
    }

    private static func category(_ selections: [String]) -> String {
        if selections.contains("selection_hash") || selections.contains("selection_process") {
            return "process_creation"
        }
        if selections.contains("selection_domain") { return "dns_query" }
        if selections.contains("selection_url") { return "proxy" }
        if selections.contains("selection_path") { return "file_event" }
        return "network_connection"
    }

    private static func level(_ severity: AlertSeverity) -> String { severity.name }

    /// A YAML double-quoted scalar (YAML 1.2 §7.3.1) of printable characters; Sigma's wildcards and its backslash stand for themselves.
    private static func quoted(_ text: Substring) -> String { quoted(String(text), isValue: true) }

    private static func quoted(_ text: String) -> String { quoted(text, isValue: false) }

    private static func quoted(_ text: String, isValue: Bool) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += isValue ? "\\\\\\\\" : "\\\\"
            case "\"": result += "\\\""
            case "*" where isValue, "?" where isValue: result += "\\\\\(scalar)"
            case _
            where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
                || [0x2028, 0x2029, 0xfeff].contains(scalar.value):
                result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
