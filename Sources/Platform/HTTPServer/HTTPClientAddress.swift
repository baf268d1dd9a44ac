internal import Glibc

/// Who is at the other end.
package enum HTTPClientAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address, without the port; of a link-local one with its zone behind a `%`.
    case address(String)
    /// A network, `2001:db8::/64` or `127.0.0.0/8`: one client, as limits count. A zone stands behind it.
    case network(String)
    /// A user of this host, over a Unix socket.
    case user(UInt32)
    /// It had gone before it could be asked.
    case unknown

    package var description: String {
        switch self {
        case .address(let text), .network(let text): text
        case .user(let id): "uid \(id)"
        case .unknown: "unknown"
        }
    }

    /// What limits count as one client. IPv4 is counted by address, IPv4-mapped IPv6 (RFC 4291 §2.5.5.2) too, but for
    /// 127.0.0.0/8: whoever is on this host can come from any address of it (ip(7)). IPv6 is counted by the /64
    /// that a link has (RFC 4291 §2.5.4): whoever has one address of it can take any other. Hosts of one link are one client then.
    package var counted: HTTPClientAddress {
        guard case .address(let text) = self else { return self }
        let parts = text.split(separator: "%", maxSplits: 1)
        var bytes = [UInt8](repeating: 0, count: 16)
        // SAFETY: inet_pton(3) writes 16 bytes for AF_INET6, which the buffer has.
        guard inet_pton(AF_INET6, String(parts.first ?? ""), &bytes) == 1 else { return Self.counted(ipv4: text) }
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10..<12].allSatisfy({ $0 == 0xff }) {
            return Self.counted(ipv4: bytes[12...].map { "\($0)" }.joined(separator: "."))
        }
        for place in 8..<16 { bytes[place] = 0 }
        var name = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // SAFETY: inet_ntop(3) reads 16 bytes and writes at most INET6_ADDRSTRLEN.
        guard inet_ntop(AF_INET6, bytes, &name, socklen_t(name.count)) != nil else { return self }
        let network = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return .network("\(network)/64" + (parts.count > 1 ? "%\(parts[1])" : ""))
    }

    private static func counted(ipv4 text: String) -> HTTPClientAddress {
        text.utf8.starts(with: "127.".utf8) ? .network("127.0.0.0/8") : .address(text)
    }
}
