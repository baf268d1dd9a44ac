import HostModel
import LinuxSystem
import Policies

import struct FoundationEssentials.Date

/// Asks the name service what the egress allowlist needs to know.
///
/// Name servers that do not answer may hold up a run for a few seconds and no more: what is not asked by then is a failure with that
/// reason, and so a gap.
struct NameLookup {
    private let now: Date
    private var resolver: NameResolver
    private let deadline: ContinuousClock.Instant
    private(set) var names: ResolvedNames

    private static let patience = Duration.seconds(3)

    /// - Parameter cached: what an earlier run learnt; what of it still holds is not asked again.
    init(
        now: Date, cached: ResolvedNames = ResolvedNames(),
        resolver: NameResolver = NameResolver(hosts: NameResolver.hostsFile())
    ) {
        self.now = now
        self.resolver = resolver
        names = cached.current(at: now)
        deadline = .now + Self.patience
    }

    /// Looks up the addresses of names.
    mutating func resolve(_ wanted: [HostName]) {
        for (name, records) in lookUp(wanted) {
            names.record(
                name, addresses: records.addresses.compactMap(IPAddress.init(bytes:)), seconds: records.secondsToLive,
                failure: records.failure?.rawValue, now: now)
        }
    }

    /// Looks up the names of addresses, and keeps those that have the address in turn (forward-confirmed reverse DNS). What could not be
    /// looked up stays without an entry, which the report shows as a gap.
    mutating func name(_ addresses: [IPAddress]) {
        let unknown = addresses.filter { names.reverse[$0] == nil }
        resolver.patience = deadline - .now
        let claims = zip(unknown, resolver.names(of: unknown.map(\.bytes))).map { address, records in
            (address: address, names: records.names.compactMap { HostName($0) }, records: records)
        }
        var unanswered: Set<HostName> = []
        for (name, records) in lookUp(Array(Set(claims.flatMap(\.names)))) {
            if let failure = records.failure, !failure.isAnswer, records.addresses.isEmpty {
                unanswered.insert(name)
                continue
            }
            // A name that an address claims is none of the policy's: that it leads nowhere is nothing to report.
            names.record(
                name, addresses: records.addresses.compactMap(IPAddress.init(bytes:)), seconds: records.secondsToLive,
                failure: names.failures[name], now: now)
        }
        for claim in claims where claim.records.failure?.isAnswer ?? true && unanswered.isDisjoint(with: claim.names) {
            names.confirm(claim.names, of: claim.address, seconds: claim.records.secondsToLive, now: now)
        }
    }

    /// Asks for those names that nothing is known about yet.
    private mutating func lookUp(_ wanted: [HostName]) -> [(HostName, NameRecords)] {
        let unknown = wanted.filter { names.forward[$0] == nil }
        resolver.patience = deadline - .now
        return Array(zip(unknown, resolver.addresses(of: unknown.map(\.description))))
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
