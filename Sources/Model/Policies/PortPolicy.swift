/// The approved ports: which sockets may listen, and what was said about each.
///
/// Only accepted rules whose last day is not over approve; of those that match, the most specific decides (narrowest address, then
/// fewest ports, then program by path before program by name, then user, interface and namespace; of equals the one written first);
/// when only expired rules match the verdict is expired, and when nothing matches it is unapproved.
package struct PortPolicy: Sendable, Hashable {
    package var rules: [PortRule]

    package init(rules: [PortRule]) { self.rules = rules }

    /// Reads the files that make up the policy: the one people write, and the baseline beside it.
    package init(parsing files: [PolicyText]) throws(PolicyErrors) {
        rules = try RuleList<PortRule>(parsing: files).entries.map(\.rule)
    }
}
