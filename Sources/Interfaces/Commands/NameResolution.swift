import HostModel
import JSON
import LinuxSystem
import Policies

import struct FoundationEssentials.Date

/// Asks the name service what the egress allowlist needs to know; what is known already and still holds is not asked again.
///
/// A name server that does not answer holds up a run for a few seconds and no more: what is not known by then is a gap with that reason.
struct NameResolution {
    private let now: Date
    private let resolver: NameResolver
    private(set) var names: ResolvedNames

    init(now: Date, known: ResolvedNames) {
        self.now = now
        names = known.current(at: now)
        resolver = NameResolver(hosts: NameResolver.hostsFile())
    }

    /// Looks up the addresses of names.
    mutating func resolve(_ wanted: [HostName]) {
        let unknown = wanted.filter { names.forward[$0] == nil }
        for (name, answer) in zip(unknown, resolver.addresses(of: unknown.map(\.description))) {
            names.record(
                name, addresses: answer.addresses.compactMap(IPAddress.init(bytes:)), seconds: answer.secondsToLive,
                failure: answer.failure, now: now)
        }
    }

    /// Looks up the names that addresses claim, and keeps those that lead back to the address.
    mutating func name(_ addresses: [IPAddress]) {
        let unknown = addresses.filter { names.reverse[$0] == nil }
        let answers = resolver.names(of: unknown.map(\.bytes))
        let claims = answers.map { answer in answer.names.compactMap { HostName($0) } }
        resolve(Set(claims.joined()).sorted())
        // An address whose look-up failed stays without an entry, which the report shows as a gap.
        for (index, address) in unknown.enumerated() where answers[index].failure == nil {
            names.confirm(claims[index], of: address, seconds: answers[index].secondsToLive, now: now)
        }
    }
}

extension ResolvedNames {
    /// Names that an earlier run kept. A record that cannot be read is none: what it said is asked again.
    init(kept bytes: Observation<[UInt8]>, now: Date) {
        guard let bytes = bytes.value, let names = try? ResolvedNames(json: bytes, now: now) else {
            self.init()
            return
        }
        self = names
    }
}

extension IPAddress {
    fileprivate init?(bytes: [UInt8]) {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(ipv4: UInt32(number(0..<4)))
        case 16: self.init(ipv6High: number(0..<8), low: number(8..<16))
        default: return nil
        }
    }

    /// 4 or 16 bytes in network order.
    fileprivate var bytes: [UInt8] {
        let halves = isIPv4 ? [low << 32] : [high, low]
        let all = halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        return isIPv4 ? Array(all.prefix(4)) : all
    }
}
