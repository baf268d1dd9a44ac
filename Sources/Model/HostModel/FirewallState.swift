/// The packet filter as the kernel runs it.
package struct FirewallState: Sendable, Hashable {
    package enum Verdict: String, Sendable {
        case accept, drop, reject
    }

    /// A chain that the kernel calls at a netfilter hook.
    package struct BaseChain: Sendable, Hashable {
        /// `inet`, `ip`, `ip6`, `arp`, `bridge`, `netdev`.
        package var family: String
        package var table: String
        package var name: String
        /// `input`, `forward`, `output`, `prerouting`, `postrouting`, `ingress`.
        package var hook: String
        package var priority: Int32
        /// What becomes of a packet that no rule decided.
        package var policy: Verdict
        package var ruleCount: Int
        /// The verdict of the first rule that decides about every packet, where there is one: what stands after it, and the policy,
        /// decide nothing.
        package var finalVerdict: Verdict?

        package init(
            family: String, table: String, name: String, hook: String, priority: Int32, policy: Verdict, ruleCount: Int,
            finalVerdict: Verdict? = nil
        ) {
            self.family = family
            self.table = table
            self.name = name
            self.hook = hook
            self.priority = priority
            self.policy = policy
            self.ruleCount = ruleCount
            self.finalVerdict = finalVerdict
        }

        /// Packets that no rule allowed do not pass.
        package var deniesByDefault: Bool { (finalVerdict ?? policy) != .accept }
    }

    /// Of nf_tables, which `iptables` of Debian 10 and later writes too.
    package var chains: [BaseChain]
    /// Tables of the older ip_tables and ip6_tables that are in use, whose chains are not read: `ip filter`.
    package var legacyTables: [String]

    package init(chains: [BaseChain], legacyTables: [String] = []) {
        self.chains = chains
        self.legacyTables = legacyTables
    }
}
