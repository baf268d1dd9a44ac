private import Cryptography
import YAML

extension AlertsPolicy {
    package enum Key: String, PolicyKey {
        case schema, channels, rules

        static let mappingName = "an alerts policy"
    }

    package enum RuleKey: String, PolicyKey {
        case id, channels, severity, events, kinds, controls, hosts
        case newOrWorse = "new_or_worse"
        case quiet
        case quietExcept = "quiet_except"

        static let mappingName = "an alert rule"
    }

    /// - Parameter severities: the words for severities, mildest first.
    /// - Throws: everything that is wrong, in the order of the text.
    package init(
        parsing file: PolicyText, severities: [String], references: PolicyReferences
    ) throws(PolicyErrors) {
        self.init(version: SHA256.hash(file.bytes).hexadecimal)
        var decoder = PolicyDecoder(path: file.path)
        if let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) {
            decoder.checkSchema(.schema, in: mapping)
            channels = mapping[.channels].map { decoder.alertChannels($0) } ?? []
            let known = channels.map(\.id)
            rules = mapping[.rules].map { decoder.alertRules($0, channels: known, severities, references) } ?? []
        }
        guard decoder.errors.isEmpty else { throw PolicyErrors(decoder.errors) }
    }
}

extension PolicyDecoder {
    /// Channels at most; each has a thread of its own while it sends.
    private static let channelLimit = 32

    fileprivate mutating func alertChannels(_ list: YAMLNode) -> [AlertChannel] {
        var channels: [AlertChannel] = []
        let nodes = self.list(list, AlertsPolicy.Key.channels)
        if nodes.count > Self.channelLimit {
            report("more than \(Self.channelLimit) channels", at: list.position)
        }
        for node in nodes.prefix(Self.channelLimit) {
            guard let channel = alertChannel(node) else { continue }
            if let other = channels.first(where: { $0.id == channel.id }) {
                report(
                    "id '\(channel.id)' is already taken by the channel at \(other.location); change one of them",
                    at: node.position)
            }
            channels.append(channel)
        }
        return channels
    }

    private mutating func alertChannel(_ node: YAMLNode) -> AlertChannel? {
        guard let members = node.members else {
            report("a channel is a mapping (key: value), and this is \(node.kindName)", at: node.position)
            return nil
        }
        guard let kindNode = members.first(where: { $0.key == ChannelHeadKey.kind.rawValue })?.value else {
            let kinds = AlertChannelKind.allCases.map(\.rawValue).joined(separator: ", ")
            report("a channel needs 'kind': one of \(kinds)", at: node.position)
            return nil
        }
        guard let kind = choice(kindNode, ChannelHeadKey.kind, from: AlertChannelKind.allCases) else { return nil }
        switch kind {
        case .command: return alertChannel(node, CommandChannelSettings.self) { .command($0) }
        case .elasticsearch: return alertChannel(node, ElasticsearchChannelSettings.self) { .elasticsearch($0) }
        case .email: return alertChannel(node, EmailChannelSettings.self) { .email($0) }
        case .journald: return alertChannel(node, JournaldChannelSettings.self) { .journald($0) }
        case .ocsf: return alertChannel(node, OCSFChannelSettings.self) { .ocsf($0) }
        case .slack: return alertChannel(node, SlackChannelSettings.self) { .slack($0) }
        case .syslog: return alertChannel(node, SyslogChannelSettings.self) { .syslog($0) }
        case .webhook: return alertChannel(node, WebhookChannelSettings.self) { .webhook($0) }
        }
    }

    private mutating func alertChannel<Settings: ChannelSettings>(
        _ node: YAMLNode, _: Settings.Type, _ wrap: (Settings) -> AlertChannelSettings
    ) -> AlertChannel? {
        guard let mapping = mapping(node, of: Settings.Key.self) else { return nil }
        // Every kind's keys begin with these.
        func head(_ key: ChannelHeadKey) -> YAMLNode? { Settings.Key(rawValue: key.rawValue).flatMap { mapping[$0] } }
        let idNode = head(.id)
        if idNode == nil { report("\(Settings.Key.mappingName) needs 'id': a name of its own", at: node.position) }
        let id = idNode.flatMap { ruleID($0, ChannelHeadKey.id) }
        let attempts = head(.attempts).flatMap { number($0, ChannelHeadKey.attempts, in: 1...100) }
        guard let settings = Settings(mapping, with: &self), let id else { return nil }
        return AlertChannel(
            id: id, location: SourceLocation(path: path, node.position),
            attempts: attempts ?? AlertChannel.defaultAttempts, settings: wrap(settings))
    }

    fileprivate mutating func alertRules(
        _ list: YAMLNode, channels: [String], _ severities: [String], _ references: PolicyReferences
    ) -> [AlertRule] {
        var rules: [AlertRule] = []
        for node in self.list(list, AlertsPolicy.Key.rules) {
            guard let rule = alertRule(node, channels: channels, severities, references) else { continue }
            if let other = rules.first(where: { $0.id == rule.id }) {
                report(
                    "id '\(rule.id)' is already taken by the rule at \(other.location); change one of them",
                    at: node.position)
            }
            rules.append(rule)
        }
        return rules
    }

    private mutating func alertRule(
        _ node: YAMLNode, channels known: [String], _ severities: [String], _ references: PolicyReferences
    ) -> AlertRule? {
        typealias Key = AlertsPolicy.RuleKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        let id = required(Key.id, in: keys, why: "a name of its own").flatMap { ruleID($0, Key.id) }
        let channels = required(Key.channels, in: keys, why: "who is told").map { node in
            oneOrMore(node, Key.channels).compactMap { word($0, Key.channels, from: known) }
        }
        let events = keys[.events].map { node in
            Set(oneOrMore(node, Key.events).compactMap { choice($0, Key.events, from: AlertRule.Event.allCases) })
        }
        func globs(_ key: Key) -> [GlobPattern] {
            keys[key].map { node in
                oneOrMore(node, key).compactMap { element in
                    text(element, key, limit: 256).flatMap { glob($0, at: element.position) }
                }
            } ?? []
        }
        let quiet = keys[.quiet].map { node in
            oneOrMore(node, Key.quiet).compactMap { timeWindow($0, named: Key.quiet.rawValue, references: references) }
        }
        if keys[.quietExcept] != nil, keys[.quiet] == nil {
            report("'quiet_except' is of no use without 'quiet'", at: node.position)
        }
        let rule = AlertRule(
            id: id ?? "", location: SourceLocation(path: path, node.position), channels: channels ?? [],
            severity: keys[.severity].flatMap { word($0, Key.severity, from: severities) },
            events: events ?? [.opened, .raised, .stalled], kinds: globs(.kinds), controls: globs(.controls),
            hosts: globs(.hosts), newOrWorse: keys[.newOrWorse].flatMap { flag($0, Key.newOrWorse) } ?? false,
            quiet: quiet ?? [], quietExcept: keys[.quietExcept].flatMap { word($0, Key.quietExcept, from: severities) })
        return id == nil ? nil : rule
    }
}
