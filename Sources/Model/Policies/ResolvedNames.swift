package import HostModel

package import struct FoundationEssentials.Date

/// What was learnt about names, with the time until which each answer holds.
package struct ResolvedNames: Sendable, Hashable {
    package struct Addresses: Sendable, Hashable {
        /// All A and AAAA records; empty when the name has none.
        package var addresses: [IPAddress]
        package var expiresAt: Date

        package init(addresses: [IPAddress], expiresAt: Date) {
            self.addresses = addresses
            self.expiresAt = expiresAt
        }
    }

    package struct Names: Sendable, Hashable {
        /// The names the address gave for itself that have the address in turn (forward-confirmed reverse DNS, RFC 8499 §7); an address can
        /// claim any name, so only these count.
        package var names: [HostName]
        package var expiresAt: Date

        package init(names: [HostName], expiresAt: Date) {
            self.names = names
            self.expiresAt = expiresAt
        }
    }

    package var forward: [HostName: Addresses] = [:]
    package var reverse: [IPAddress: Names] = [:]
    /// Names that could not be looked up, and why. Never kept from run to run.
    package var failures: [HostName: String] = [:]

    package init() {}

    /// What still holds at `now`.
    package func current(at now: Date) -> ResolvedNames {
        var names = self
        names.forward = forward.filter { $0.value.expiresAt > now }
        names.reverse = reverse.filter { $0.value.expiresAt > now }
        return names
    }
}
