package import HostModel
import YAML

/// One listening socket, or a set of them, that somebody approved.
package struct PortRule: Sendable, Hashable {
    package var header: RuleHeader
    package var transport: Transport
    /// Nil for every port, which a rule may only say when it names a process or user, or a protocol without ports.
    package var ports: PortSet?
    /// Where the socket may be bound. Nil covers every bind too, but does not speak for one that everybody can reach.
    package var addresses: [BindScope]?
    package var interface: String?
    package var namespace: NamespaceScope
    package var process: ProcessCriterion?
    package var user: UserCriterion?

    package init(
        header: RuleHeader, transport: Transport, ports: PortSet?, addresses: [BindScope]?, interface: String?,
        namespace: NamespaceScope, process: ProcessCriterion?, user: UserCriterion?
    ) {
        self.header = header
        self.transport = transport
        self.ports = ports
        self.addresses = addresses
        self.interface = interface
        self.namespace = namespace
        self.process = process
        self.user = user
    }
}

extension PortRule: PolicyRule {
    /// In the order that rules are written in.
    package enum Key: String, RuleKey {
        case id
        case transport = "protocol"
        case port, address, interface, namespace, process, user
        case reason, owner, expires, comment, review

        static let mappingName = "a port rule"
    }

    var derivedID: String {
        let place = addresses.map { $0.filter { $0 != .any }.map(\.description).joined(separator: "-") } ?? ""
        return RuleID.make(of: [
            transport.rawValue, ports?.description ?? "", process?.description.lastPathComponent ?? "", place,
            interface ?? "", namespace == .host ? "" : "in-\(namespace)", user.map { "by-\($0)" } ?? "",
        ])
    }

    /// What a rule may name as its protocol: Unix sockets have no port and no rule.
    static let transports: [Transport] = [.tcp, .udp, .udplite, .sctp, .mptcp, .raw, .packet, .vsock]

    static func decode(
        _ mapping: PolicyMapping<Key>, header: RuleHeader, with decoder: inout PolicyDecoder
    ) -> PortRule? {
        let transportNode = decoder.required(
            .transport, in: mapping, why: "one of " + transports.map(\.rawValue).joined(separator: ", "))
        guard let transport = transportNode.flatMap({ decoder.choice($0, Key.transport, from: transports) }) else {
            return nil
        }
        let rule = PortRule(
            header: header, transport: transport,
            ports: mapping[.port].flatMap { decoder.ports($0, Key.port, within: portLimits(of: transport)) },
            addresses: mapping[.address].map { node in
                decoder.oneOrMore(node, Key.address).compactMap { decoder.bindScope($0, Key.address) }
            },
            interface: mapping[.interface].flatMap { decoder.interface($0, Key.interface) },
            namespace: mapping[.namespace].flatMap { decoder.namespace($0, Key.namespace) } ?? .host,
            process: mapping[.process].flatMap { decoder.process($0, Key.process) },
            user: mapping[.user].flatMap { decoder.user($0, Key.user) })
        rule.checkCombination(mapping, with: &decoder)
        return rule
    }

    private static func portLimits(of transport: Transport) -> ClosedRange<UInt32> {
        switch transport {
        case .raw: 0...255
        case .vsock: 1...UInt32.max - 1
        default: 1...65535
        }
    }

    private func checkCombination(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        if transport == .packet {
            if let node = mapping[.port] {
                decoder.report("packet sockets have no ports; leave 'port' out", at: node.position)
            }
            if let node = mapping[.address] {
                decoder.report(
                    "packet sockets have no address; leave 'address' out, or name the interface", at: node.position)
            }
        }
        guard mapping[.port] == nil, mapping[.process] == nil, mapping[.user] == nil else { return }
        decoder.report(
            "this rule would approve every \(transport.rawValue) socket; name a port, process or user",
            at: mapping.position)
    }
}

extension String {
    /// What follows the last slash.
    var lastPathComponent: String {
        utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[index(after: $0)...]) } ?? self
    }
}
