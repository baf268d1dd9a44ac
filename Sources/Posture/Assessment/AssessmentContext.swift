package import HostModel

package import struct FoundationEssentials.Date

/// Everything a check may look at.
package struct AssessmentContext: Sendable {
    package var snapshot: HostSnapshot
    /// Listeners held against the approved ports; nil when sockets were not read.
    package var ports: PortReport?
    /// Connections held against the egress allowlist; nil when sockets were not read.
    package var egress: EgressReport?
    package var now: Date

    package init(snapshot: HostSnapshot, ports: PortReport?, egress: EgressReport?, now: Date) {
        self.snapshot = snapshot
        self.ports = ports
        self.egress = egress
        self.now = now
    }
}
