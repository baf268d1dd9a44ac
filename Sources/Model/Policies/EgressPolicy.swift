/// The egress allowlist: which connections may leave, and what was said about each.
///
/// Only accepted rules whose last day is not over approve; of those that match, the most specific decides (one address, then a name,
/// then `*.suffix`, then the longer prefix, then loopback and private, then any; after that fewest ports, a protocol, program by path
/// before program by name, user, unit and control group; of equals the one written first); when only expired rules match the verdict
/// is expired, and when nothing matches it is unapproved.
package struct EgressPolicy: Sendable, Hashable {
    package var rules: [EgressRule]

    package init(rules: [EgressRule]) { self.rules = rules }

    /// Reads the files that make up the policy: the one people write, and the baseline beside it.
    package init(parsing files: [PolicyText]) throws(PolicyErrors) {
        rules = try RuleList<EgressRule>(parsing: files).entries.map(\.rule)
    }

    /// The names that have to be looked up before connections can be held against the rules.
    package var namesToResolve: [HostName] {
        var names: Set<HostName> = []
        for case .name(let name) in rules.flatMap(\.destinations) { names.insert(name) }
        return names.sorted()
    }

    /// Whether a rule names a suffix, for which the names of addresses have to be known.
    package var hasSuffixes: Bool {
        rules.contains { rule in
            rule.destinations.contains { if case .suffix = $0 { true } else { false } }
        }
    }
}
