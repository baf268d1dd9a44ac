package import LinuxSystem

/// A base chain of nf_tables: one that the kernel calls at a netfilter hook (linux/netfilter/nf_tables.h).
package struct FilterChainRecord: Sendable, Hashable {
    /// `NFPROTO_INET` (1), `IPV4` (2), `ARP` (3), `NETDEV` (5), `BRIDGE` (7), `IPV6` (10).
    package var family: UInt8
    package var table: String
    package var name: String
    package var hook: UInt32
    package var priority: Int32
    /// `NF_DROP` (0) or `NF_ACCEPT` (1).
    package var policy: UInt32

    /// Reads a `struct nfgenmsg` (4 bytes) and the chain's attributes; nil for a chain without a hook, which only others jump to.
    package init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard let family = reader.next(UInt8.self), reader.skip(3), let attributes = reader.span(reader.remaining)
        else {
            return nil
        }
        var names: [UInt16: String] = [:]
        var hook: UInt32?
        var priority: Int32 = 0
        var policy: UInt32 = 1
        walkAttributes(attributes) { type, value in
            switch type {
            case 1, 3: names[type] = text(value)
            case 4:
                walkAttributes(value) { type, value in
                    var reader = ByteReader(value)
                    if type == 1 { hook = reader.nextBigEndian() }
                    if type == 2 { priority = reader.nextBigEndian() ?? 0 }
                }
            case 5:
                var reader = ByteReader(value)
                policy = reader.nextBigEndian() ?? 1
            default: break
            }
        }
        guard let table = names[1], let name = names[3], let hook else { return nil }
        (self.family, self.table, self.name) = (family, table, name)
        (self.hook, self.priority, self.policy) = (hook, priority, policy)
    }
}

/// A rule of nf_tables, as far as it takes to know whether it decides about every packet.
package struct FilterRuleRecord: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case drop, accept, reject
    }

    package var family: UInt8
    package var table: String
    package var chain: String
    /// What becomes of every packet that reaches the rule; nil when it looks at the packet first, or goes on to the next rule.
    package var unconditionalVerdict: Verdict?

    /// Reads a `struct nfgenmsg` and the rule's attributes.
    package init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard let family = reader.next(UInt8.self), reader.skip(3), let attributes = reader.span(reader.remaining)
        else {
            return nil
        }
        var names: [UInt16: String] = [:]
        var expressions: [Expression] = []
        walkAttributes(attributes) { type, value in
            switch type {
            case 1, 2: names[type] = text(value)
            case 4: walkAttributes(value) { expressions.append(Expression($1)) }
            default: break
            }
        }
        guard let table = names[1], let chain = names[2] else { return nil }
        (self.family, self.table, self.chain) = (family, table, chain)
        let isUnconditional = expressions.allSatisfy { $0 != .condition }
        unconditionalVerdict = isUnconditional ? expressions.lazy.compactMap(\.verdict).first : nil
    }

    private enum Expression: Equatable {
        /// Counts, logs or notes, and goes on.
        case transparent
        case verdict(Verdict)
        /// Anything else may look at the packet.
        case condition

        var verdict: Verdict? {
            if case .verdict(let verdict) = self { verdict } else { nil }
        }

        init(_ attributes: UnsafeRawBufferPointer) {
            var name = ""
            var data: UnsafeRawBufferPointer?
            walkAttributes(attributes) { type, value in
                if type == 1 { name = text(value) }
                if type == 2 { data = value }
            }
            switch name {
            case "counter", "log": self = .transparent
            case "reject": self = .verdict(.reject)
            case "immediate": self = data.flatMap(Self.verdict(ofImmediate:)).map { .verdict($0) } ?? .condition
            default: self = .condition
            }
        }

        /// The verdict an `immediate` expression puts into the verdict register (0); a jump to another chain is none.
        private static func verdict(ofImmediate data: UnsafeRawBufferPointer) -> Verdict? {
            var verdict: Verdict?
            walkAttributes(data) { type, value in
                guard type == 2 else { return }
                walkAttributes(value) { type, value in
                    guard type == 2 else { return }
                    walkAttributes(value) { type, value in
                        var reader = ByteReader(value)
                        guard type == 1, let code = reader.nextBigEndian(UInt32.self) else { return }
                        verdict = [0: .drop, 1: .accept][code]
                    }
                }
            }
            return verdict
        }
    }
}

/// A zero-terminated string attribute.
private func text(_ value: UnsafeRawBufferPointer) -> String {
    String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
}

extension NetlinkSocket {
    /// Dumps the chains of all tables (`NFT_MSG_GETCHAIN`), on a socket of the `netfilter` family; needs CAP_NET_ADMIN.
    package mutating func dumpFilterChains(_ body: (FilterChainRecord) -> Void) throws(SystemError) -> Completeness {
        try dump("nf_tables chains", { filterRequest(message: 4, sequence: $0) }) { _, payload in
            if let record = FilterChainRecord(payload) { body(record) }
        }
    }

    /// Dumps the rules of all chains in their order (`NFT_MSG_GETRULE`).
    package mutating func dumpFilterRules(_ body: (FilterRuleRecord) -> Void) throws(SystemError) -> Completeness {
        try dump("nf_tables rules", { filterRequest(message: 7, sequence: $0) }) { _, payload in
            if let record = FilterRuleRecord(payload) { body(record) }
        }
    }
}

/// A dump of everything of one kind: subsystem `NFNL_SUBSYS_NFTABLES` (10) above the message type, then a `struct nfgenmsg`.
private func filterRequest(message: UInt16, sequence: UInt32) -> [UInt8] {
    var request = RequestBuilder(type: 10 << 8 | message, flags: RequestBuilder.dump, sequence: sequence)
    request.append(zeros: 4)
    return request.finish()
}
