package import HostModel

package import struct FoundationEssentials.Date

extension ResolvedNames {
    /// However long a server says an answer holds, it is asked again after a day; and one that should not be kept at all holds for the
    /// run that asked.
    private static let timeLimits: ClosedRange<UInt32> = 30...86_400

    /// Keeps what a look-up of `name` said. A failure with addresses is one that may miss some: they count, and it is told.
    package mutating func record(
        _ name: HostName, addresses: [IPAddress], seconds: UInt32, failure: String?, now: Date
    ) {
        failures[name] = failure
        if !addresses.isEmpty || failure == nil {
            forward[name] = Addresses(addresses: addresses, expiresAt: Self.expiry(seconds, now))
        }
    }

    /// Keeps those of the names which an address claimed that lead back to it: look up every claim forward first, and record it.
    package mutating func confirm(_ claims: [HostName], of address: IPAddress, seconds: UInt32, now: Date) {
        let confirmed = claims.filter { forward[$0]?.addresses.contains { $0.unmapped == address.unmapped } ?? false }
        let expiry = confirmed.compactMap { forward[$0]?.expiresAt }.reduce(Self.expiry(seconds, now), min)
        reverse[address.unmapped] = Names(names: confirmed, expiresAt: expiry)
    }

    private static func expiry(_ seconds: UInt32, _ now: Date) -> Date {
        now.addingTimeInterval(Double(min(max(seconds, timeLimits.lowerBound), timeLimits.upperBound)))
    }
}
