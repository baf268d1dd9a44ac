import YAML

extension PlaybookPolicy {
    package enum Key: String, PolicyKey {
        case schema, tune, add

        static let mappingName = "a playbook policy"
    }

    package enum TuningKey: String, PolicyKey {
        case playbook
        case inForce = "in_force"
        case rules

        static let mappingName = "a tuned playbook"
    }

    package enum RuleTuningKey: String, PolicyKey {
        case rule
        case inForce = "in_force"
        case threshold, minutes
        case afterCount = "after_count"
        case verdict

        static let mappingName = "a tuned rule"
    }

    /// - Throws: everything that is wrong, in the order of the text.
    package init(parsing file: PolicyText, words: PlaybookWords) throws(PolicyErrors) {
        self.init()
        var decoder = PolicyDecoder(path: file.path)
        if let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) {
            decoder.checkSchema(.schema, in: mapping)
            tunings = mapping[.tune].map { decoder.playbookTunings($0, words) } ?? []
            additions = mapping[.add].map { decoder.playbookDefinitions($0, words) } ?? []
        }
        guard decoder.errors.isEmpty else { throw PolicyErrors(decoder.errors) }
    }
}

extension PolicyDecoder {
    private func placed<Value>(_ value: Value?, _ node: YAMLNode) -> PlacedValue<Value>? {
        value.map { PlacedValue($0, at: SourceLocation(path: path, node.position)) }
    }

    fileprivate mutating func playbookTunings(_ list: YAMLNode, _ words: PlaybookWords) -> [PlaybookTuning] {
        var tunings: [PlaybookTuning] = []
        for node in self.list(list, PlaybookPolicy.Key.tune) {
            guard let tuning = playbookTuning(node, words) else { continue }
            if let other = tunings.first(where: { $0.playbook == tuning.playbook }) {
                report(
                    "playbook '\(tuning.playbook)' is tuned at \(other.location) already; say it all there",
                    at: node.position)
            }
            tunings.append(tuning)
        }
        return tunings
    }

    private mutating func playbookTuning(_ node: YAMLNode, _ words: PlaybookWords) -> PlaybookTuning? {
        typealias Key = PlaybookPolicy.TuningKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        guard let name = required(Key.playbook, in: keys, why: "the id of one that ships"),
            let playbook = word(name, Key.playbook, from: words.playbooks.keys.sorted()),
            let known = words.playbooks[playbook]
        else { return nil }
        let isInForce = keys[.inForce].flatMap { placed(flag($0, Key.inForce), $0) }
        var rules: [PlaybookRuleTuning] = []
        for node in keys[.rules].map({ self.list($0, Key.rules) }) ?? [] {
            guard let rule = playbookRuleTuning(node, known, words) else { continue }
            if let other = rules.first(where: { $0.rule == rule.rule }) {
                report("rule '\(rule.rule)' is tuned at \(other.location) already; say it all there", at: node.position)
            }
            rules.append(rule)
        }
        if keys[.inForce] == nil, keys[.rules] == nil {
            report("nothing is said of '\(playbook)': give 'rules', or in_force: false", at: node.position)
        }
        if let isInForce, !isInForce.value, let rules = keys[.rules] {
            report("'rules' are of no use in a playbook that is not in force", at: rules.position)
        }
        return PlaybookTuning(
            playbook: playbook, location: SourceLocation(path: path, node.position), isInForce: isInForce, rules: rules)
    }

    private mutating func playbookRuleTuning(
        _ node: YAMLNode, _ known: [PlaybookWords.Rule], _ words: PlaybookWords
    ) -> PlaybookRuleTuning? {
        typealias Key = PlaybookPolicy.RuleTuningKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        guard let nameNode = required(Key.rule, in: keys, why: "the name of one of the playbook's"),
            let name = word(nameNode, Key.rule, from: known.map(\.name)),
            let rule = known.first(where: { $0.name == name })
        else { return nil }
        let thresholds = rule.isDistinct ? PlaybookLimits.distinct : PlaybookLimits.count
        let tuning = PlaybookRuleTuning(
            rule: name, location: SourceLocation(path: path, node.position),
            isInForce: keys[.inForce].flatMap { placed(flag($0, Key.inForce), $0) },
            threshold: keys[.threshold].flatMap { placed(number($0, Key.threshold, in: thresholds), $0) },
            minutes: keys[.minutes].flatMap { placed(number($0, Key.minutes, in: PlaybookLimits.minutes), $0) },
            afterCount: keys[.afterCount].flatMap { placed(number($0, Key.afterCount, in: PlaybookLimits.count), $0) },
            verdict: keys[.verdict].flatMap { placed(word($0, Key.verdict, from: words.verdicts), $0) })
        if let node = keys[.afterCount], !rule.hasAfter {
            report("the rule '\(name)' waits for no other signal, so that after_count is of no use", at: node.position)
        }
        let values = [keys[.threshold], keys[.minutes], keys[.afterCount], keys[.verdict]].compactMap(\.self)
        if values.isEmpty, keys[.inForce] == nil {
            report(
                "nothing is said of '\(name)': give threshold, minutes, after_count, verdict, or in_force: false",
                at: node.position)
        }
        if tuning.isInForce?.value == false, let first = values.first {
            report("other values are of no use in a rule that is not in force", at: first.position)
        }
        return tuning
    }
}
