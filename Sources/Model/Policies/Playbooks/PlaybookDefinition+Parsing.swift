import YAML

extension PlaybookDefinition {
    package enum Key: String, PolicyKey {
        case id, title, signals, rules, actions
        case falsePositives = "false_positives"

        static let mappingName = "a playbook"
    }

    package enum SignalKey: String, PolicyKey {
        case name, groups, techniques, phrases
        case findingKinds = "finding_kinds"
        case unless
        case atLeast = "at_least"

        static let mappingName = "a signal"
    }

    package enum RuleKey: String, PolicyKey {
        case name, signal, by, threshold, distinct, after, minutes, verdict, meaning

        static let mappingName = "a playbook's rule"
    }

    package enum AfterKey: String, PolicyKey {
        case signal, count

        static let mappingName = "what a rule comes after"
    }
}

extension PolicyDecoder {
    mutating func playbookDefinitions(_ list: YAMLNode, _ words: PlaybookWords) -> [PlaybookDefinition] {
        var playbooks: [PlaybookDefinition] = []
        for node in bounded(list, PlaybookPolicy.Key.add, PlaybookLimits.additions) {
            guard let playbook = playbookDefinition(node, words) else { continue }
            if words.playbooks[playbook.id] != nil {
                report(
                    "a playbook '\(playbook.id)' ships: tune that one, or take another id", at: node.position)
            } else if let other = playbooks.first(where: { $0.id == playbook.id }) {
                report(
                    "id '\(playbook.id)' is already taken by the playbook at \(other.location); change one of them",
                    at: node.position)
            }
            playbooks.append(playbook)
        }
        let phrases = playbooks.flatMap(\.signals).flatMap { $0.phrases + $0.unless }
        if phrases.reduce(0, { $0 + $1.utf8.count }) > PlaybookLimits.allPhraseBytes {
            report("all phrases together are longer than \(PlaybookLimits.allPhraseBytes) bytes", at: list.position)
        }
        return playbooks
    }

    private mutating func playbookDefinition(_ node: YAMLNode, _ words: PlaybookWords) -> PlaybookDefinition? {
        typealias Key = PlaybookDefinition.Key
        guard let keys = mapping(node, of: Key.self) else { return nil }
        let id = required(Key.id, in: keys, why: "a name of its own").flatMap { ruleID($0, Key.id) }
        let title = required(Key.title, in: keys, why: "what it is about").flatMap { text($0, Key.title, limit: 200) }
        var signals: [PlaybookDefinition.Signal] = []
        if let list = required(Key.signals, in: keys, why: "what alerts show") {
            for node in some(list, Key.signals, PlaybookLimits.signals) {
                guard let signal = playbookSignal(node, words) else { continue }
                refuse(signal.name, among: signals.map(\.name), "signal", at: node.position)
                signals.append(signal)
            }
        }
        var rules: [PlaybookDefinition.Rule] = []
        if let list = required(Key.rules, in: keys, why: "what is counted, and what it comes to") {
            for node in some(list, Key.rules, PlaybookLimits.rules) {
                guard let rule = playbookRule(node, signals: signals.map(\.name), words) else { continue }
                refuse(rule.name, among: rules.map(\.name), "rule", at: node.position)
                rules.append(rule)
            }
        }
        let actions =
            required(Key.actions, in: keys, why: "what a person does then")
            .map { texts($0, Key.actions) } ?? []
        guard let id, let title else { return nil }
        return PlaybookDefinition(
            id: id, location: SourceLocation(path: path, node.position), title: title, signals: signals, rules: rules,
            actions: actions, falsePositives: keys[.falsePositives].map { texts($0, Key.falsePositives) } ?? [])
    }

    private mutating func playbookSignal(_ node: YAMLNode, _ words: PlaybookWords) -> PlaybookDefinition.Signal? {
        typealias Key = PlaybookDefinition.SignalKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        let name = required(Key.name, in: keys, why: "rules name it").flatMap { ruleID($0, Key.name) }
        let signal = PlaybookDefinition.Signal(
            name: name ?? "", groups: keys[.groups].map { texts($0, Key.groups).map { $0.lowercased() } } ?? [],
            techniques: keys[.techniques].map { techniques($0) } ?? [],
            phrases: keys[.phrases].map { phrases($0, Key.phrases) } ?? [],
            findingKinds: keys[.findingKinds].map { texts($0, Key.findingKinds) } ?? [],
            unless: keys[.unless].map { phrases($0, Key.unless) } ?? [],
            atLeast: keys[.atLeast].flatMap { word($0, Key.atLeast, from: words.severities) })
        if [keys[.groups], keys[.techniques], keys[.phrases], keys[.findingKinds]].allSatisfy({ $0 == nil }) {
            report("a signal needs one of groups, techniques, phrases, finding_kinds: what shows it", at: node.position)
        }
        return name == nil ? nil : signal
    }

    private mutating func playbookRule(
        _ node: YAMLNode, signals: [String], _ words: PlaybookWords
    ) -> PlaybookDefinition.Rule? {
        typealias Key = PlaybookDefinition.RuleKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        let name = required(Key.name, in: keys, why: "what it is called").flatMap { ruleID($0, Key.name) }
        let signal = required(Key.signal, in: keys, why: "what is counted").flatMap {
            word($0, Key.signal, from: signals)
        }
        let by = required(Key.by, in: keys, why: "whose signals are counted together").flatMap {
            word($0, Key.by, from: words.subjects)
        }
        let distinct = keys[.distinct].flatMap { word($0, Key.distinct, from: words.subjects) }
        let counts = keys[.distinct] == nil ? PlaybookLimits.count : PlaybookLimits.distinct
        let threshold = required(Key.threshold, in: keys, why: "how many it takes").flatMap {
            number($0, Key.threshold, in: counts)
        }
        let minutes = required(Key.minutes, in: keys, why: "within what time").flatMap {
            number($0, Key.minutes, in: PlaybookLimits.minutes)
        }
        let verdict = required(Key.verdict, in: keys, why: "what it comes to").flatMap {
            word($0, Key.verdict, from: words.verdicts)
        }
        let meaning = required(Key.meaning, in: keys, why: "what to tell people").flatMap {
            text($0, Key.meaning, limit: 300)
        }
        let after = keys[.after].flatMap { afterwards($0, signals: signals) }
        guard let name, let signal, let by, let threshold, let minutes, let verdict, let meaning else { return nil }
        return PlaybookDefinition.Rule(
            name: name, signal: signal, by: by, threshold: threshold, distinct: distinct, after: after,
            minutes: minutes, verdict: verdict, meaning: meaning)
    }

    private mutating func afterwards(_ node: YAMLNode, signals: [String]) -> PlaybookDefinition.Rule.After? {
        typealias Key = PlaybookDefinition.AfterKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        let signal = required(Key.signal, in: keys, why: "what comes first").flatMap {
            word($0, Key.signal, from: signals)
        }
        let count = required(Key.count, in: keys, why: "how often").flatMap {
            number($0, Key.count, in: PlaybookLimits.count)
        }
        guard let signal, let count else { return nil }
        return .init(signal: signal, count: count)
    }

    private mutating func refuse(_ name: String, among others: [String], _ what: String, at position: TextPosition) {
        if others.contains(name) {
            report("the playbook has a \(what) '\(name)' already; change one of them", at: position)
        }
    }

    private mutating func bounded(_ node: YAMLNode, _ key: some PolicyKey, _ limit: Int) -> [YAMLNode] {
        let nodes = list(node, key)
        if nodes.count > limit { report("'\(key.rawValue)' has more than \(limit) entries", at: node.position) }
        return Array(nodes.prefix(limit))
    }

    /// One at least.
    private mutating func some(_ node: YAMLNode, _ key: some PolicyKey, _ limit: Int) -> [YAMLNode] {
        let nodes = bounded(node, key, limit)
        if node.elements?.isEmpty == true {
            report("'\(key.rawValue)' is an empty list; a playbook without any tells nothing", at: node.position)
        }
        return nodes
    }

    /// One or more, and not more than are looked for in every alert.
    private mutating func words(_ node: YAMLNode, _ key: some PolicyKey) -> ArraySlice<YAMLNode> {
        let nodes = oneOrMore(node, key)
        if nodes.count > PlaybookLimits.words {
            report("'\(key.rawValue)' has more than \(PlaybookLimits.words) entries", at: node.position)
        }
        return nodes.prefix(PlaybookLimits.words)
    }

    private mutating func texts(_ node: YAMLNode, _ key: some PolicyKey) -> [String] {
        words(node, key).compactMap { text($0, key, limit: 500) }
    }

    /// `T1110` or `T1110.001`: whether there is such a technique is for the catalogue to say, which may be newer than this program.
    private mutating func techniques(_ node: YAMLNode) -> [String] {
        typealias Key = PlaybookDefinition.SignalKey
        return words(node, Key.techniques).compactMap { element in
            guard let text = text(element, Key.techniques) else { return nil }
            if isTechnique(text) { return text }
            report("\(YAMLError.quote(text)) is no technique's id, like T1110 or T1110.001", at: element.position)
            return nil
        }
    }

    /// Phrases, in lower case. White space at their ends counts: it is what keeps a word from being found within another.
    private mutating func phrases(_ node: YAMLNode, _ key: some PolicyKey) -> [String] {
        words(node, key).compactMap { element in
            let bounds = PlaybookLimits.phraseBytes
            if let scalar = element.scalar, bounds.contains(scalar.text.utf8.count),
                scalar.text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }), scalar.text.contains(where: { $0 != " " })
            {
                return scalar.text.lowercased()
            }
            report(
                "'\(key.rawValue)' is \(bounds.lowerBound) to \(bounds.upperBound) characters of ASCII on one line",
                at: element.position)
            return nil
        }
    }
}

/// `T`, four digits, and of a sub-technique a point and three more.
private func isTechnique(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.first == UInt8(ascii: "T"), bytes.count == 5 || bytes.count == 9 else { return false }
    return bytes.indices.dropFirst().allSatisfy {
        $0 == 5 ? bytes[$0] == UInt8(ascii: ".") : (0x30...0x39).contains(bytes[$0])
    }
}
