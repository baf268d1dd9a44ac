package import HostModel
import YAML

/// Where a connection may go.
package enum EgressDestination: Hashable, Sendable, CustomStringConvertible {
    case any
    case loopback
    /// An address of a private network; see `IPAddress.isPrivate`.
    case `private`
    case range(AddressRange)
    /// The addresses a name has when the rule is evaluated.
    case name(HostName)
    /// The addresses whose names, confirmed forward, lie below this one; not the name itself.
    case suffix(HostName)

    package var description: String {
        switch self {
        case .any: "any"
        case .loopback: "loopback"
        case .private: "private"
        case .range(let range): "\(range)"
        case .name(let name): "\(name)"
        case .suffix(let name): "*.\(name)"
        }
    }
}

/// A way out that somebody approved.
package struct EgressRule: Sendable, Hashable {
    package var header: RuleHeader
    package var destinations: [EgressDestination]
    package var ports: PortSet?
    package var transport: Transport?
    package var process: ProcessCriterion?
    package var user: UserCriterion?
    package var cgroup: CgroupPattern?
    /// The systemd unit, `backup.service`.
    package var unit: String?

    package init(
        header: RuleHeader, destinations: [EgressDestination], ports: PortSet?, transport: Transport?,
        process: ProcessCriterion?, user: UserCriterion?, cgroup: CgroupPattern?, unit: String?
    ) {
        self.header = header
        self.destinations = destinations
        self.ports = ports
        self.transport = transport
        self.process = process
        self.user = user
        self.cgroup = cgroup
        self.unit = unit
    }

    /// Whether it lets nothing leave the host.
    package var isLoopbackOnly: Bool {
        destinations.allSatisfy { destination in
            switch destination {
            case .loopback: true
            case .range(let range):
                Self.loopbackRanges.contains { range.prefixLength >= $0.prefixLength && $0.contains(range.base) }
            case .any, .private, .name, .suffix: false
            }
        }
    }

    /// Whether it lets everybody go everywhere.
    package var isUnlimited: Bool {
        let isAnywhere = destinations.contains { destination in
            switch destination {
            case .any: true
            case .range(let range): range.prefixLength == 0
            case .loopback, .private, .name, .suffix: false
            }
        }
        return isAnywhere && (ports?.count ?? .max) >= 65535 && process == nil && user == nil && cgroup == nil
            && unit == nil
    }

    private static let loopbackRanges = ["127.0.0.0/8", "::1", "::ffff:127.0.0.0/104"].compactMap { AddressRange($0) }
}

extension EgressRule: PolicyRule {
    /// In the order that rules are written in.
    package enum Key: String, RuleKey {
        case id, destination, port
        case transport = "protocol"
        case process, user, cgroup, unit
        case reason, owner, expires, comment, review

        static let mappingName = "an egress rule"
    }

    var derivedID: String {
        let place = destinations.count > 3 ? ["\(destinations[0])", "and-others"] : destinations.map(\.description)
        let names = place.map { (name: String) -> String in
            name.hasPrefix("*.") ? "below-\(name.dropFirst(2))" : name
        }
        let others: [String?] = [
            ports?.description, process?.description.lastPathComponent, user.map { "by-\($0)" }, cgroup?.description,
            unit,
        ]
        return RuleID.make(of: [transport?.rawValue ?? ""] + names + others.map { $0 ?? "" })
    }

    static func decode(
        _ mapping: PolicyMapping<Key>, header: RuleHeader, with decoder: inout PolicyDecoder
    ) -> EgressRule? {
        let node = decoder.required(
            .destination, in: mapping, why: "an address, a CIDR block, a host name, *.suffix, loopback, private or any")
        let destinations = node.map { node in
            decoder.oneOrMore(node, Key.destination).compactMap { decoder.destination($0, Key.destination) }
        }
        let transport: Transport? = mapping[.transport].flatMap {
            decoder.choice($0, Key.transport, from: PortRule.transports.filter { $0 != .packet })
        }
        let limits: ClosedRange<UInt32> =
            transport == .vsock ? 1...UInt32.max - 1 : transport == .raw ? 0...255 : 1...65535
        return EgressRule(
            header: header, destinations: destinations ?? [],
            ports: mapping[.port].flatMap { decoder.ports($0, Key.port, within: limits) }, transport: transport,
            process: mapping[.process].flatMap { decoder.process($0, Key.process) },
            user: mapping[.user].flatMap { decoder.user($0, Key.user) },
            cgroup: mapping[.cgroup].flatMap { decoder.cgroup($0, Key.cgroup) },
            unit: mapping[.unit].flatMap { decoder.unit($0, Key.unit) })
    }
}

extension PolicyDecoder {
    mutating func destination(_ node: YAMLNode, _ key: some PolicyKey) -> EgressDestination? {
        guard let text = text(node, key, limit: 256) else { return nil }
        switch text {
        case "any": return .any
        case "loopback": return .loopback
        case "private": return .private
        default: break
        }
        if text.hasPrefix("*."), let suffix = HostName(text.dropFirst(2)) { return .suffix(suffix) }
        if let name = HostName(text) { return .name(name) }
        if text.contains("*") {
            report("\(YAMLError.quote(text)) has a '*' where none can be; only *.suffix is known", at: node.position)
            return nil
        }
        if text.unicodeScalars.contains(where: { !$0.isASCII }) {
            report("\(YAMLError.quote(text)): write the name in its xn-- form", at: node.position)
            return nil
        }
        let choices = "an address, a CIDR block, a host name, *.suffix, loopback, private, any"
        return range(text, at: node, choices).map { .range($0) }
    }
}
