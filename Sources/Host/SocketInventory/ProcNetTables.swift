internal import HostModel
internal import LinuxSystem
internal import Netlink

/// Reads the socket tables of a namespace as text from `/proc/PID/net`, for namespaces that may not be entered. The tables have no
/// cookies, counters, control groups or interfaces of listeners, which is why netlink comes first (proc_pid_net(5)).
struct ProcNetTables {
    private static let tables: [(name: String, transport: Transport, family: SocketFamily)] = [
        ("tcp", .tcp, .ipv4), ("tcp6", .tcp, .ipv6), ("udp", .udp, .ipv4), ("udp6", .udp, .ipv6),
        ("udplite", .udplite, .ipv4), ("udplite6", .udplite, .ipv6), ("raw", .raw, .ipv4), ("raw6", .raw, .ipv6),
        ("packet", .packet, .packet), ("unix", .unix, .unix),
    ]
    private static let tableLimit = 64 << 20

    /// Fills `result` from all tables of the namespace that process `process` is in; false when it has ended.
    static func read(process: Int32, into result: inout NamespaceSockets) -> Bool {
        var isRead = false
        for table in tables where read(table.name, in: "/proc/\(process)/net", into: &result) { isRead = true }
        return isRead
    }

    /// Fills `result` from one table; false when there is no such table.
    static func read(_ name: String, in directory: String, into result: inout NamespaceSockets) -> Bool {
        guard let table = tables.first(where: { $0.name == name }),
            let lines = lines(of: "\(directory)/\(name)", into: &result)
        else { return false }
        let namespace = result.namespace
        for line in lines.dropFirst() {
            switch table.transport {
            case .unix:
                if let listener = unixListener(line, namespace: namespace) { result.unixListeners.append(listener) }
            case .packet:
                if let socket = packetSocket(line, namespace: namespace) { result.sockets.append(socket) }
            default:
                let socket = inetSocket(line, transport: table.transport, family: table.family, namespace: namespace)
                if let socket { result.sockets.append(socket) }
            }
        }
        return true
    }

    /// Whether the kernel speaks a protocol at all: the registered ones are listed by name in `/proc/net/protocols`.
    static func kernelHas(_ transport: Transport?) -> Bool {
        let names: [Transport: String] = [.sctp: "SCTP", .mptcp: "MPTCP", .vsock: "AF_VSOCK"]
        guard let transport, let name = names[transport],
            let file = try? FileDescriptor.open(forReading: "/proc/net/protocols"),  // no list, no protocol to name
            let bytes = try? file.readAll(limit: 1 << 20, subject: "/proc/net/protocols")
        else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { $0.hasPrefix("\(name) ") }
    }

    /// Nil, without a gap, when the kernel has no such table.
    private static func lines(of path: String, into result: inout NamespaceSockets) -> [Substring]? {
        do throws(SystemError) {
            let file = try FileDescriptor.open(forReading: path)
            let bytes = try file.readAll(limit: tableLimit, subject: path)
            return Substring(decoding: bytes, as: UTF8.self).utf8.split(separator: 0x0a).map(Substring.init)
        } catch {
            if !error.isAbsence { result.gaps.append(Gap(what: path, why: error.reason, remedy: rootRemedy)) }
            return nil
        }
    }

    /// `sl: local remote st tx:rx tr:when retrnsmt uid timeout inode …`: addresses as 32-bit words in host order, in hexadecimal.
    static func inetSocket(
        _ line: Substring, transport: Transport, family: SocketFamily, namespace: Int32
    ) -> Socket? {
        let fields = line.split(separator: " ", maxSplits: 12, omittingEmptySubsequences: true)
        guard fields.count >= 10, let local = endpoint(fields[1]), let remote = endpoint(fields[2]),
            let number = UInt8(fields[3], radix: 16), let user = UInt32(fields[7]), let inode = UInt64(fields[9])
        else { return nil }
        let state = SocketState(
            kernel: number, transport: transport == .tcp ? .tcp : .udp, isConnected: remote.port != 0)
        return Socket(
            transport: transport, family: family, state: state, local: local, remote: remote, userID: UserID(user),
            inode: inode, namespace: namespace)
    }

    private static func endpoint(_ text: Substring) -> Endpoint? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
        var words: [UInt32] = []
        var rest = parts[0]
        while !rest.isEmpty {
            guard rest.count >= 8, let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            words.append(UInt32(bigEndian: word))
            rest = rest.dropFirst(8)
        }
        switch words.count {
        case 1: return Endpoint(.ip(IPAddress(ipv4: words[0])), port: UInt32(port))
        case 4:
            let high = UInt64(words[0]) << 32 | UInt64(words[1])
            let low = UInt64(words[2]) << 32 | UInt64(words[3])
            return Endpoint(.ip(IPAddress(ipv6High: high, low: low)), port: UInt32(port))
        default: return nil
        }
    }

    /// `sk RefCnt Type Proto Iface R Rmem User Inode`, the protocol in hexadecimal.
    static func packetSocket(_ line: Substring, namespace: Int32) -> Socket? {
        let fields = line.split(separator: " ")
        guard fields.count >= 9, let ethernetProtocol = UInt16(fields[3], radix: 16), let interface = UInt32(fields[4]),
            let user = UInt32(fields[7]), let inode = UInt64(fields[8])
        else { return nil }
        var socket = Socket(
            transport: .packet, family: .packet, state: .unconnected,
            local: Endpoint(.none, port: UInt32(ethernetProtocol)), remote: Endpoint(.none, port: 0),
            userID: UserID(user),
            inode: inode, namespace: namespace)
        socket.interfaceIndex = interface
        return socket
    }

    /// `Num RefCount Protocol Flags Type St Inode Path`: a listener has `__SO_ACCEPTCON` (0x10000) among its flags.
    static func unixListener(_ line: Substring, namespace: Int32) -> UnixListener? {
        // By bytes: anybody may bind to a path that begins with a combining mark, which joins the blank before it.
        let fields = line.utf8.split(separator: 0x20, maxSplits: 7).map(Substring.init)
        guard fields.count >= 7, let flags = UInt32(fields[3], radix: 16), let type = UInt8(fields[4], radix: 16),
            let inode = UInt64(fields[6])
        else { return nil }
        let path = fields.count == 8 ? String(fields[7]) : ""
        let kinds: [UInt8: UnixListener.Kind] = [1: .stream, 2: .datagram, 5: .sequencedPacket]
        guard let kind = kinds[type], flags & 0x10000 != 0 || (type == 2 && !path.isEmpty) else { return nil }
        return UnixListener(kind: kind, path: path, inode: inode, cookie: 0, userID: nil, namespace: namespace)
    }
}
