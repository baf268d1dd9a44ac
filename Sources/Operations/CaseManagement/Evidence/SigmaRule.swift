internal import Cryptography
package import Triage

/// A draft of Sigma rules (https://sigmahq.io/docs/basics/rules.html) from what a confirmed case has in common: for an analyst to finish.
/// Each is for one category of logs, and looks for what that category's events have in them: documents of one YAML stream.
package enum SigmaRule {
    /// A field of Sigma's taxonomy that holds an entity in events of a category.
    private struct Field {
        var category: Category
        var name: String
        var kinds: Set<Entity.Kind>
        /// Roles of which the entity has to have one; where it is empty any fits.
        var roles: Set<Entity.Role> = []
        /// Roles that it must not have, unless it has one of `roles` too.
        var otherRoles: Set<Entity.Role> = []

        func holds(_ entity: CaseEntity) -> Bool {
            guard let kind = Entity.Kind(rawValue: entity.kind), kinds.contains(kind) else { return false }
            let known = Set(entity.roles.compactMap(Entity.Role.init(rawValue:)))
            if !known.isDisjoint(with: roles) { return true }
            // Of one whose part is not known, either may be looked for.
            return known.isDisjoint(with: otherRoles)
        }
    }

    /// In the order that the rules stand in.
    private enum Category: String, CaseIterable {
        case processCreation = "process_creation"
        case fileEvent = "file_event"
        case networkConnection = "network_connection"
        case dnsQuery = "dns_query"
        case proxy
    }

    private static let fields = [
        Field(category: .processCreation, name: "Hashes|contains", kinds: [.hash]),
        Field(
            category: .processCreation, name: "Image|endswith", kinds: [.process], roles: [.child],
            otherRoles: [.parent]),
        Field(
            category: .processCreation, name: "ParentImage|endswith", kinds: [.process], roles: [.parent],
            otherRoles: Set(Entity.Role.allCases)),
        Field(category: .processCreation, name: "User", kinds: [.user]),
        Field(category: .fileEvent, name: "TargetFilename", kinds: [.path]),
        Field(
            category: .networkConnection, name: "DestinationIp", kinds: [.ipv4, .ipv6], roles: [.destination],
            otherRoles: [.source]),
        Field(
            category: .networkConnection, name: "SourceIp", kinds: [.ipv4, .ipv6], roles: [.source],
            otherRoles: [.destination]),
        Field(category: .dnsQuery, name: "QueryName|endswith", kinds: [.domain]),
        Field(category: .proxy, name: "c-uri|contains", kinds: [.url]),
    ]
    private static let valueLimit = 20

    /// The states in which people have confirmed a case: what the core moves by itself confirms nothing.
    package static let confirmed: [CaseState] = [.planned, .approved, .executed, .closed]

    /// Why no rule is drafted of a case; nil where it is confirmed.
    /// - Parameter feedback: what analysts said of the case's alerts, and stands.
    package static func objection(to record: CaseRecord, feedback: [LabelledAlert]) -> String? {
        if confirmed.contains(record.state) { return nil }
        let isOver = [.falsePositive, .rejected].contains(record.state)
        if !isOver, feedback.contains(where: { $0.label == FeedbackLabel.truePositive.rawValue }) { return nil }
        return
            "case \(record.id) is \(record.state.rawValue), and a rule is drafted of a confirmed case alone: one that is \(confirmed.map(\.rawValue).joined(separator: ", ")), or is not over and has an alert that an analyst called true_positive"
    }

    /// - Returns: nil when the case has nothing specific that a rule could look for.
    package static func draft(of file: CaseFile, now: EventTime) -> String? {
        let entities = file.entities.filter(isSpecific)
        let rules = Category.allCases.compactMap { category -> String? in
            let selections = fields.filter { $0.category == category }.compactMap {
                field -> (field: String, values: [String])? in
                let values = entities.filter(field.holds).map(\.value)
                return values.isEmpty ? nil : (field: field.name, values: Array(values.prefix(valueLimit)))
            }
            return selections.isEmpty ? nil : rule(of: file, category, selections, now)
        }
        return rules.isEmpty ? nil : rules.joined(separator: "---\n")
    }

    private static func rule(
        of file: CaseFile, _ category: Category, _ selections: [(field: String, values: [String])], _ now: EventTime
    ) -> String {
        var lines = [
            "title: \(quoted("Case \(file.record.id), \(category.rawValue): \(file.record.title)".prefix(250)))",
            "id: \(identifier(of: file, category))", "status: experimental",
            "description: \(quoted("Drafted by Bailey from case \(file.record.id) with \(file.record.alerts) alerts; to be finished by an analyst."))",
            "author: Bailey", "date: \(now.description.prefix(10))", "logsource:",
            "    category: \(category.rawValue)", "detection:",
        ]
        for selection in selections {
            let name = selection.field.prefix { $0 != "|" }.lowercased().replacing("-", with: "_")
            lines += ["    selection_\(name):", "        \(selection.field):"]
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

    /// A UUID that the same case always gets for rules of a category, in the form of version 8 (RFC 9562 §5.8).
    private static func identifier(of file: CaseFile, _ category: Category) -> String {
        let subject = "\(file.record.id)/\(file.record.openedAt.milliseconds)/\(category.rawValue)"
        var bytes = Array(SHA256.hash(Array(subject.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(bytes.hexadecimal)
        let groups: [Range<Int>] = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(digits[$0]) }.joined(separator: "-")
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
