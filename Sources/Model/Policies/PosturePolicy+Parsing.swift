import ControlFrameworks
import Findings
import HostModel
import YAML

/// The keys of a file of checks.
package enum PostureFileKey: String, PolicyKey {
    case schema, category, checks

    static let mappingName = "a file of checks"
}

/// The keys of one check.
package enum PostureCheckKey: String, PolicyKey {
    case id, title, key, expected, absent
    case absentWhy = "absent_why"
    case rationale, remediation, risk, controls

    static let mappingName = "a check"
}

/// The keys of `expected`, of which exactly one is given.
package enum ExpectationKey: String, PolicyKey {
    case equals
    case oneOf = "one_of"
    case atLeast = "at_least"
    case atMost = "at_most"
    case contains
    case containsAll = "contains_all"
    case excludes
    case modeAtMost = "mode_at_most"

    static let mappingName = "an expectation"
}

/// The keys of `controls`, one a framework.
package enum ControlsKey: String, PolicyKey {
    case iso, csf, sp80053

    static let mappingName = "a list of controls"

    fileprivate func control(_ id: String) -> ControlID {
        switch self {
        case .iso: .iso(id)
        case .csf: .csf(id)
        case .sp80053: .sp80053(id)
        }
    }
}

extension PostureCheck {
    static func list(
        _ root: YAMLNode, categories: [String], factPrefixes: [String], knows: (ControlID) -> Bool,
        with decoder: inout PolicyDecoder
    ) -> [PostureCheck] {
        guard let mapping = decoder.mapping(root, of: PostureFileKey.self) else { return [] }
        decoder.checkSchema(.schema, in: mapping)
        let known = categories.joined(separator: ", ")
        let category = decoder.required(.category, in: mapping, why: "one of \(known)")
        let categoryName = category.flatMap { decoder.text($0, PostureFileKey.category) }
        if let category, let categoryName, !categories.contains(categoryName) {
            decoder.report(
                "unknown category \(YAMLError.quote(categoryName)); \(suggestion(for: categoryName, from: categories))",
                at: category.position)
        }
        guard let list = decoder.required(.checks, in: mapping, why: "the list of checks") else { return [] }
        return decoder.list(list, PostureFileKey.checks).compactMap {
            decode($0, category: categoryName ?? "", factPrefixes: factPrefixes, knows: knows, with: &decoder)
        }
    }

    private static func decode(
        _ node: YAMLNode, category: String, factPrefixes: [String], knows: (ControlID) -> Bool,
        with decoder: inout PolicyDecoder
    ) -> PostureCheck? {
        guard let mapping = decoder.mapping(node, of: PostureCheckKey.self) else { return nil }
        func text(_ key: PostureCheckKey, _ why: String) -> String? {
            decoder.required(key, in: mapping, why: why).flatMap { decoder.text($0, key) }
        }
        let id = text(.id, "a short name in lower case, with hyphens: it never changes")
        let title = text(.title, "the state wished for, as a short statement")
        let key = text(.key, "the fact to read, like sysctl.kernel.kptr_restrict")
        if let key, let node = mapping[.key] { decoder.checkFact(key, at: node, prefixes: factPrefixes) }
        let expected = decoder.required(.expected, in: mapping, why: "what the fact should be, like { equals: 1 }")
            .flatMap { decoder.expectation($0) }
        let rationale = text(.rationale, "why it matters")
        let remediation = text(.remediation, "what to do when it is not met")
        let risk = decoder.required(.risk, in: mapping, why: "low, medium, high or critical")
            .flatMap { decoder.choice($0, PostureCheckKey.risk, from: Severity.allCases) }
        let controls = decoder.required(
            .controls, in: mapping, why: "the controls it speaks for, like { iso: [A.8.9] }"
        )
        .flatMap { decoder.controls($0, knows: knows) }
        let absent = mapping[.absent].flatMap { decoder.choice($0, PostureCheckKey.absent, from: Absence.allCases) }
        let absentWhy = mapping[.absentWhy].flatMap { decoder.text($0, PostureCheckKey.absentWhy) }
        if let id, let node = mapping[.id], !RuleID.isValid(id) {
            decoder.report(
                "\(YAMLError.quote(id)) cannot be an id; use lower case letters, digits and hyphens", at: node.position)
        }
        guard let id, let title, let key, let expected, let rationale, let remediation, let risk, let controls else {
            return nil
        }
        return PostureCheck(
            id: id, title: title, category: category, key: FactKey(key), expected: expected,
            absent: absent ?? .notApplicable, absentWhy: absentWhy, rationale: rationale, remediation: remediation,
            risk: risk, controls: controls, location: SourceLocation(path: decoder.path, mapping.position))
    }
}

extension PolicyDecoder {
    fileprivate mutating func checkFact(_ key: String, at node: YAMLNode, prefixes: [String]) {
        let prefix = String(key.prefix { $0 != "." })
        guard !prefixes.isEmpty, !prefixes.contains(prefix) || key.count <= prefix.count + 1 else { return }
        report("no such fact \(YAMLError.quote(key)); \(suggestion(for: prefix, from: prefixes))", at: node.position)
    }

    fileprivate mutating func expectation(_ node: YAMLNode) -> FactExpectation? {
        guard let mapping = mapping(node, of: ExpectationKey.self) else { return nil }
        let given = ExpectationKey.allCases.filter { mapping[$0] != nil }
        guard given.count == 1, let key = given.first, let value = mapping[key] else {
            let known = ExpectationKey.allCases.map(\.rawValue).joined(separator: ", ")
            report("'expected' has exactly one of: \(known)", at: node.position)
            return nil
        }
        switch key {
        case .equals: return factValue(value, key).map { .equals($0) }
        case .oneOf: return .oneOf(choices(value, key).compactMap { factValue($0, key) })
        case .atLeast: return number(value, key).map { .atLeast($0) }
        case .atMost: return number(value, key).map { .atMost($0) }
        case .contains: return text(value, key).map { .contains([$0]) }
        case .containsAll: return .contains(choices(value, key).compactMap { text($0, key) })
        case .excludes: return .excludes(oneOrMore(value, key).compactMap { text($0, key) })
        case .modeAtMost: return mode(value, key).map { .modeAtMost($0) }
        }
    }

    private mutating func choices(_ node: YAMLNode, _ key: ExpectationKey) -> [YAMLNode] {
        let elements = list(node, key)
        if elements.isEmpty, node.elements != nil || node.scalar?.isNull == true {
            report("'\(key.rawValue)' is an empty list; name something", at: node.position)
        }
        return elements
    }

    /// Plain `true` and `false` are flags and plain numbers are numbers; `yes`, `no` and all that is quoted are text.
    private mutating func factValue(_ node: YAMLNode, _ key: ExpectationKey) -> FactValue? {
        if let elements = node.elements { return .list(elements.compactMap { text($0, key) }) }
        if let scalar = node.scalar, scalar.isQuoted, scalar.text.isEmpty { return .text("") }
        guard let text = text(node, key) else { return nil }
        if node.scalar?.isQuoted == false {
            if text == "true" || text == "false" { return .flag(text == "true") }
            if let number = Int(text) { return .number(number) }
        }
        return .text(text)
    }

    mutating func number(_ node: YAMLNode, _ key: some PolicyKey) -> Int? {
        guard let text = text(node, key) else { return nil }
        if let number = Int(text) { return number }
        report("'\(key.rawValue)' is a whole number, and \(YAMLError.quote(text)) is none", at: node.position)
        return nil
    }

    private mutating func mode(_ node: YAMLNode, _ key: ExpectationKey) -> Int? {
        guard let text = text(node, key) else { return nil }
        if text.utf8.count == 4, decimal(text.utf8) != nil, let mode = Int(text, radix: 8) { return mode }
        report(
            "'\(key.rawValue)' is a mode in four octal digits (\"0640\"), and \(YAMLError.quote(text)) is none",
            at: node.position)
        return nil
    }

    fileprivate mutating func controls(_ node: YAMLNode, knows: (ControlID) -> Bool) -> [ControlID]? {
        guard let mapping = mapping(node, of: ControlsKey.self) else { return nil }
        var controls: [ControlID] = []
        for key in ControlsKey.allCases {
            guard let value = mapping[key] else { continue }
            for element in list(value, key) {
                guard let id = text(element, key) else { continue }
                let control = key.control(id)
                if knows(control) {
                    controls.append(control)
                } else {
                    report(
                        "there is no control \(YAMLError.quote(id)) in \(control.framework.rawValue)",
                        at: element.position)
                }
            }
        }
        return controls
    }
}
