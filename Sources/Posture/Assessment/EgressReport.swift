package import Findings
package import HostModel
package import Policies

package import struct FoundationEssentials.Date

/// Every outbound connection held against the egress allowlist.
package struct EgressReport: Sendable {
    package struct Connection: Sendable {
        package var socket: Socket
        package var verdict: EgressVerdict
        /// The id of the rule that decided, where one did.
        package var rule: String?
        /// The name that the rule's match rests on, when it rests on resolving one.
        package var remoteName: String?
        /// A rule in force would approve it for one process, or for a name, and the one or the other is not known: nobody can say.
        package var isUndecided = false

        package init(socket: Socket, verdict: EgressVerdict, rule: String?, remoteName: String?) {
            self.socket = socket
            self.verdict = verdict
            self.rule = rule
            self.remoteName = remoteName
        }
    }

    package var generatedAt: Date
    package var host: HostIdentity
    package var rulesCount: Int
    /// Those of the rules that are accepted and whose last day is not over.
    package var rulesInForce: Int
    /// Those of them that say where connections may leave the host to: not the ones for loopback alone.
    package var outwardRulesInForce: Int
    /// The id of one that lets everybody go everywhere.
    package var unlimitedRule: String?
    package var connections: [Connection]
    package var findings: [Finding]
    package var gaps: [Gap]

    package init(
        generatedAt: Date, host: HostIdentity, rulesCount: Int, connections: [Connection], findings: [Finding],
        gaps: [Gap]
    ) {
        self.generatedAt = generatedAt
        self.host = host
        self.rulesCount = rulesCount
        rulesInForce = rulesCount
        outwardRulesInForce = rulesCount
        self.connections = connections
        self.findings = findings
        self.gaps = gaps
    }
}
