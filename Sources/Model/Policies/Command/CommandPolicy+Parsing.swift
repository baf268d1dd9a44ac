private import Cryptography
import YAML

extension CommandPolicy {
    /// - Throws: everything that is wrong, in the order of the text. What is thrown decides nothing: the caller denies all.
    package init(parsing file: PolicyText, references: PolicyReferences) throws(PolicyErrors) {
        self.init(path: file.path, version: SHA256.hash(file.bytes).hexadecimal)
        var decoder = PolicyDecoder(path: file.path)
        if let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) {
            decoder.checkSchema(.schema, in: mapping)
            readSettings(mapping, with: &decoder)
            readProtection(mapping, with: &decoder)
            let list = decoder.required(.rules, in: mapping, why: "write 'rules: []' to allow nothing")
            rules = list.map { decoder.commandRules($0, references: references) } ?? []
            checkApprovers(of: list?.elements ?? [], with: &decoder)
        }
        let errors = decoder.errors.sorted {
            ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column)
        }
        guard errors.isEmpty else { throw PolicyErrors(errors) }
    }

    private mutating func readSettings(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        if let node = mapping[.backend] {
            backend = decoder.choice(node, Key.backend, from: Backend.allCases) ?? backend
        }
        if let node = mapping[.securePath] {
            securePath = decoder.oneOrMore(node, Key.securePath).compactMap { decoder.plainPath($0, Key.securePath) }
        }
        if let node = mapping[.approvers], let keys = decoder.mapping(node, of: ApproversKey.self) {
            approvers.group = keys[.group].flatMap { decoder.accountName($0, ApproversKey.group) }
            approvers.allowsRoot = keys[.allowRoot].flatMap { decoder.flag($0, ApproversKey.allowRoot) } ?? false
            approvers.needProof = keys[.proof].flatMap { decoder.flag($0, ApproversKey.proof) } ?? true
        }
        if let node = mapping[.agents], let keys = decoder.mapping(node, of: AgentsKey.self) {
            agents.users = keys[.users].map { decoder.users($0, AgentsKey.users) } ?? []
            agents.units = keys[.units].map { decoder.units($0, AgentsKey.units) } ?? []
            agents.executables = keys[.executables].map { decoder.executables($0, AgentsKey.executables) } ?? []
        }
        if let node = mapping[.audit], let keys = decoder.mapping(node, of: AuditKey.self) {
            copiesAuditToSyslog = keys[.syslog].flatMap { decoder.flag($0, AuditKey.syslog) } ?? false
        }
    }

    private mutating func readProtection(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        if let node = mapping[.requireSession] {
            requiresSession = decoder.flag(node, Key.requireSession) ?? true
        }
        if let node = mapping[.sessionIdleMinutes],
            let minutes = decoder.number(node, Key.sessionIdleMinutes, in: 1...1440, unit: "minutes")
        {
            sessionIdleTime = .seconds(minutes * 60)
        }
        if let node = mapping[.accountCheckSeconds],
            let seconds = decoder.number(node, Key.accountCheckSeconds, in: 0...300, unit: "seconds")
        {
            accountCheckLifetime = .seconds(seconds)
        }
        if let node = mapping[.requirePolicyFiles] {
            requiredFiles = decoder.list(node, Key.requirePolicyFiles).compactMap { decoder.policyFileName($0) }
        }
        if let node = mapping[.pending], let keys = decoder.mapping(node, of: PendingKey.self) {
            let lifetime = keys[.expireSeconds].flatMap {
                decoder.number($0, PendingKey.expireSeconds, in: 10...86_400, unit: "seconds")
            }
            pending.lifetime = lifetime.map { .seconds($0) } ?? pending.lifetime
            pending.limit = keys[.limit].flatMap { decoder.number($0, PendingKey.limit, in: 1...4096) } ?? pending.limit
        }
        if let node = mapping[.lockout], let keys = decoder.mapping(node, of: LockoutKey.self) {
            func seconds(_ key: LockoutKey) -> Duration? {
                keys[key].flatMap { decoder.number($0, key, in: 1...86_400, unit: "seconds") }.map { .seconds($0) }
            }
            lockout.attempts =
                keys[.attempts].flatMap { decoder.number($0, LockoutKey.attempts, in: 1...20) } ?? lockout.attempts
            lockout.window = seconds(.windowSeconds) ?? lockout.window
            lockout.duration = seconds(.lockSeconds) ?? lockout.duration
        }
    }

    /// A rule that waits for people who cannot exist would only ever expire.
    private func checkApprovers(of nodes: [YAMLNode], with decoder: inout PolicyDecoder) {
        guard approvers.group == nil, !approvers.allowsRoot else { return }
        for rule in rules where rule.allowance?.approval.peers ?? 0 > 0 {
            let node = nodes.first { SourceLocation(path: decoder.path, $0.position) == rule.location }
            decoder.report(
                "rule \(rule.id) needs a peer, and nobody may approve; name 'approvers: { group: … }'",
                at: node?["approval"]?.position ?? TextPosition(line: rule.location.line, column: rule.location.column))
        }
    }
}

extension PolicyDecoder {
    /// The rules; those with something wrong are reported and left out.
    fileprivate mutating func commandRules(_ list: YAMLNode, references: PolicyReferences) -> [CommandRule] {
        var rules: [CommandRule] = []
        var taken: [String: SourceLocation] = [:]
        for node in self.list(list, CommandPolicy.Key.rules) {
            guard let rule = commandRule(node, references: references) else { continue }
            if let other = taken.updateValue(rule.location, forKey: rule.id) {
                report(
                    "id '\(rule.id)' is already taken by the rule at \(other); change one of them",
                    at: node["id"]?.position ?? node.position)
            }
            rules.append(rule)
        }
        return rules
    }

    fileprivate mutating func policyFileName(_ node: YAMLNode) -> String? {
        let key = CommandPolicy.Key.requirePolicyFiles
        guard let text = text(node, key) else { return nil }
        if text.hasPrefix("/") { return plainPath(node, key) }
        if !text.contains("/"), !text.hasPrefix("."), text.hasSuffix(".yaml") { return text }
        report(
            "'\(key.rawValue)' lists names of policy files (prompt-policy.yaml) or absolute paths, and \(YAMLError.quote(text)) is neither",
            at: node.position)
        return nil
    }
}
