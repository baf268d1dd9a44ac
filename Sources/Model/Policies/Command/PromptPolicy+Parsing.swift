private import Cryptography
import YAML

extension PromptPolicy {
    package enum Key: String, PolicyKey {
        case schema
        case asRoot = "as_root"
        case otherwise, rules

        static let mappingName = "a prompt policy"
    }

    package enum RuleKey: String, PolicyKey {
        case id, rules, commands, classes, needs, comment

        static let mappingName = "a prompt rule"
    }

    /// - Throws: everything that is wrong, in the order of the text.
    package init(parsing file: PolicyText) throws(PolicyErrors) {
        self = .standard
        version = SHA256.hash(file.bytes).hexadecimal
        var decoder = PolicyDecoder(path: file.path)
        if let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) {
            decoder.checkSchema(.schema, in: mapping)
            asRoot = mapping[.asRoot].flatMap { decoder.requirement($0) } ?? asRoot
            otherwise = mapping[.otherwise].flatMap { decoder.requirement($0) } ?? otherwise
            rules = mapping[.rules].map { decoder.promptRules($0) } ?? []
        }
        let errors = decoder.errors.sorted {
            ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
        }
        guard errors.isEmpty else { throw PolicyErrors(errors) }
    }
}

extension PolicyDecoder {
    /// `deny`, or an approval as the command policy writes it.
    fileprivate mutating func requirement(_ node: YAMLNode) -> PromptPolicy.Requirement? {
        if node.scalar?.text == "deny" { return .denied }
        return approval(node).map { .approval($0) }
    }

    fileprivate mutating func promptRules(_ list: YAMLNode) -> [PromptPolicy.Rule] {
        var rules: [PromptPolicy.Rule] = []
        for node in self.list(list, PromptPolicy.Key.rules) {
            guard let rule = promptRule(node) else { continue }
            if let other = rules.first(where: { $0.id == rule.id }) {
                report(
                    "id '\(rule.id)' is already taken by the rule at \(other.location); change one of them",
                    at: node.position)
            }
            rules.append(rule)
        }
        return rules
    }

    private mutating func promptRule(_ node: YAMLNode) -> PromptPolicy.Rule? {
        typealias Key = PromptPolicy.RuleKey
        guard let mapping = mapping(node, of: Key.self) else { return nil }
        let id = required(Key.id, in: mapping, why: "a name of its own").flatMap { ruleID($0, Key.id) }
        let needs = required(Key.needs, in: mapping, why: "deny, or an approval").flatMap { requirement($0) }
        if mapping[.rules] == nil, mapping[.commands] == nil, mapping[.classes] == nil {
            report(
                "a prompt rule names rules, commands or classes; for everything write 'as_root' and 'otherwise'",
                at: node.position)
        }
        let ids = mapping[.rules].map { node in oneOrMore(node, Key.rules).compactMap { ruleID($0, Key.rules) } }
        let classes = mapping[.classes].map { node in
            oneOrMore(node, Key.classes).compactMap { choice($0, Key.classes, from: ShellGiver.Class.allCases) }
        }
        let rule = PromptPolicy.Rule(
            id: id ?? "", location: SourceLocation(path: path, node.position), rules: ids.map(Set.init),
            commands: mapping[.commands].map { executables($0, Key.commands) }, classes: classes.map(Set.init),
            requirement: needs ?? .denied, comment: mapping[.comment].flatMap { text($0, Key.comment) })
        return id == nil ? nil : rule
    }
}
