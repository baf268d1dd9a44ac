package import LinuxSystem

/// A network interface (rtnetlink(7), `RTM_NEWLINK`).
package struct LinkRecord: Sendable, Hashable {
    package var index: UInt32
    package var name: String
    /// `IFF_LOOPBACK`.
    package var isLoopback: Bool

    /// Reads a `struct ifinfomsg` (16 bytes) and the name attribute.
    package init?(_ payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard reader.skip(4), let index = reader.next(UInt32.self), let flags = reader.next(UInt32.self),
            reader.skip(4),
            let attributes = reader.span(reader.remaining)
        else { return nil }
        var name: String?
        walkAttributes(attributes) { type, value in
            // IFLA_IFNAME, zero-terminated.
            if type == 3 { name = String(decoding: ByteReader(value).rest().prefix { $0 != 0 }, as: UTF8.self) }
        }
        guard let name else { return nil }
        (self.index, self.name, isLoopback) = (index, name, flags & 0x8 != 0)
    }
}

extension NetlinkSocket {
    /// Dumps the interfaces of the namespace (`RTM_GETLINK`), on a socket of the `route` family.
    package mutating func dumpLinks(_ body: (LinkRecord) -> Void) throws(SystemError) -> Completeness {
        try dump(
            "network interfaces",
            { sequence in
                var request = RequestBuilder(type: 18, flags: RequestBuilder.dump, sequence: sequence)
                request.append(zeros: 16)
                return request.finish()
            },
            { _, payload in
                if let record = LinkRecord(payload) { body(record) }
            })
    }
}
