import HostModel

/// Rules by the destinations they name.
struct DestinationIndex: Sendable {
    /// A rule that names a destination.
    struct Candidate: Sendable {
        var rule: Int
        /// How narrow the destination is; larger is narrower.
        var rank: Int
        /// The name that led to the address.
        var name: HostName?
    }

    private struct PrefixLength: Hashable {
        var isIPv4: Bool
        var length: Int
    }

    private var addresses: [IPAddress: [Candidate]] = [:]
    private var ranges: [PrefixLength: [IPAddress: [Candidate]]] = [:]
    private var loopback: [Candidate] = []
    private var privates: [Candidate] = []
    private var everything: [Candidate] = []
    /// Rules with a `*.suffix`.
    private(set) var suffixRules: [Int] = []

    mutating func add(_ destination: EgressDestination, rule: Int, names: ResolvedNames) {
        switch destination {
        case .any: everything.append(Candidate(rule: rule, rank: 1))
        case .private: privates.append(Candidate(rule: rule, rank: 2))
        case .loopback: loopback.append(Candidate(rule: rule, rank: 3))
        case .range(let range) where range.prefixLength == range.base.bitWidth:
            addresses[range.base.unmapped, default: []].append(Candidate(rule: rule, rank: 300))
        case .range(let range):
            let key = PrefixLength(isIPv4: range.base.isIPv4, length: range.prefixLength)
            // Both families on one scale: fewer bits left open are narrower.
            let rank = 4 + 128 - (range.base.bitWidth - range.prefixLength)
            ranges[key, default: [:]][range.base, default: []].append(Candidate(rule: rule, rank: rank))
        case .name(let name):
            for address in names.forward[name]?.addresses ?? [] {
                addresses[address.unmapped, default: []].append(Candidate(rule: rule, rank: 200, name: name))
            }
        case .suffix(let suffix):
            if suffixRules.last != rule { suffixRules.append(rule) }
            for (address, entry) in names.reverse {
                guard let name = entry.names.first(where: { $0.isBelow(suffix) }) else { continue }
                addresses[address.unmapped, default: []].append(Candidate(rule: rule, rank: 150, name: name))
            }
        }
    }

    func forEach(matching destination: Endpoint.Address, _ body: (Candidate) -> Void) {
        everything.forEach(body)
        switch destination {
        case .context(1): loopback.forEach(body)
        case .context, .none: break
        case .ip(let written):
            let address = written.unmapped
            addresses[address]?.forEach(body)
            for (prefix, blocks) in ranges where prefix.isIPv4 == address.isIPv4 {
                blocks[AddressRange(covering: address, prefixLength: prefix.length).base]?.forEach(body)
            }
            if !loopback.isEmpty, address.isLoopback { loopback.forEach(body) }
            if !privates.isEmpty, address.isPrivate { privates.forEach(body) }
        }
    }
}
