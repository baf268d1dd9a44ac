package import Findings
package import HostModel
package import Policies

package import struct FoundationEssentials.Date

/// Every listening socket held against the approved ports.
package struct PortReport: Sendable {
    package struct Listener: Sendable {
        package var socket: Socket
        package var exposure: Exposure
        package var verdict: PortVerdict
        /// The id of the rule that decided, where one did.
        package var rule: String?
        /// A rule in force would approve it for one process, and who holds the socket could not be seen: nobody can say.
        package var isUndecided = false

        package init(socket: Socket, exposure: Exposure, verdict: PortVerdict, rule: String?) {
            self.socket = socket
            self.exposure = exposure
            self.verdict = verdict
            self.rule = rule
        }
    }

    package var generatedAt: Date
    package var host: HostIdentity
    package var rulesCount: Int
    package var listeners: [Listener]
    package var findings: [Finding]
    package var gaps: [Gap]

    package init(
        generatedAt: Date, host: HostIdentity, rulesCount: Int, listeners: [Listener], findings: [Finding], gaps: [Gap]
    ) {
        self.generatedAt = generatedAt
        self.host = host
        self.rulesCount = rulesCount
        self.listeners = listeners
        self.findings = findings
        self.gaps = gaps
    }
}
