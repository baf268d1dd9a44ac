import HostModel

import struct FoundationEssentials.Date

/// The sockets of the example host: ordinary services, and processes whose names and arguments try to be markup, terminal control
/// sequences and text that reads backwards.
enum ExampleSockets {
    static let markup = "<script>alert(1)</script>"
    static let attribute = "\"><img src=x onerror=alert(2)>"
    static let escape = "\u{1b}[2J\u{1b}]0;pwned\u{7}\nroot"
    static let backwards = "gpj.\u{202e}exe.\u{2066}evil"

    static let table: SocketTable = {
        var builder = Builder()
        let (sshd, nginx) = (builder.process(812, "sshd", user: 0, unit: "ssh.service"), builder.nginx())
        let postgres = builder.process(1440, "postgres", user: 114, unit: "postgresql@15-main.service")
        let script = builder.process(4001, markup, user: 1000, arguments: [markup, attribute, "a b", "it's"])
        let image = builder.process(4002, attribute, user: 1000, unit: attribute)
        let terminal = builder.process(
            4003, escape, user: 1001, container: "3f2a9c51b7d04e8f9a6b5c4d3e2f1a0b3f2a9c51b7d04e8f9a6b5c4d3e2f1a0b")
        let reversed = builder.process(4004, backwards, user: 0, unit: "session-3.scope")

        builder.listen(.tcp, "0.0.0.0", 22, [sshd])
        builder.listen(.tcp, "::", 22, [sshd], isIPv6Only: true)
        builder.listen(.tcp, "0.0.0.0", 443, nginx)
        builder.listen(.tcp, "127.0.0.1", 5432, [postgres], user: 114)
        builder.listen(.tcp, "10.0.3.7", 8080, [script], user: 1000, interface: 2)
        builder.listen(.tcp, "::", 23, [image], user: 1000)
        builder.listen(.udp, "fe80::1", 5353, [terminal], user: 1001, interface: 2)
        builder.listen(.udp, "0.0.0.0", 51820, [], ownership: .kernel)
        builder.listen(.sctp, "192.0.2.9", 3868, [reversed], namespace: 1)
        builder.listen(.vsock, context: UInt32.max, 1024, [reversed])
        builder.sniff([reversed])

        builder.connect(
            .tcp, ("10.0.3.7", 40_122), ("203.0.113.10", 443), [script], user: 1000, sent: 1_250_331,
            received: 88_120_774)
        builder.connect(
            .tcp, ("10.0.3.7", 40_124), ("203.0.113.10", 443), [script], user: 1000, sent: 3_314, received: 9_801)
        builder.connect(
            .tcp, ("2001:db8::7", 55_010), ("2001:db8:ffff::25", 25), [image], user: 1000, sent: 512, received: 90)
        builder.connect(
            .tcp, ("10.0.3.7", 40_900), ("198.51.100.4", 5432), nginx, user: 33, sent: 44_000_000_000, received: 1_000)
        builder.connect(.udp, ("10.0.3.7", 123), ("192.0.2.123", 123), [terminal], user: 1001)
        builder.connect(
            .tcp, ("10.0.3.7", 41_000), ("203.0.113.99", 80), [], user: 0, state: .timeWait, ownership: .timeWait)
        builder.connect(
            .tcp, ("192.0.2.9", 33_000), ("198.51.100.77", 6667), [reversed], namespace: 1, sent: 7, received: 7)
        builder.accept(("10.0.3.7", 22), ("10.0.3.99", 60_001), [sshd])
        builder.raw([reversed])
        builder.unix(sshd)
        return builder.table
    }()

    /// Adds sockets to a table with inodes and cookies that count up, so that the documents are the same every time.
    private struct Builder {
        var table = SocketTable()
        private var inode: UInt64 = 20_000

        init() {
            var host = NetworkNamespace(id: NamespaceID(4_026_531_840), isOwn: true, name: nil, source: .netlink)
            host.interfaces = [1: .init(name: "lo", isLoopback: true), 2: .init(name: "eth0", isLoopback: false)]
            let blue = NetworkNamespace(
                id: NamespaceID(4_026_532_210), isOwn: false, name: "blue\u{1b}[31m", source: .procfs)
            table.namespaces = [host, blue]
            table.userNames = [
                UserID(0): "root", UserID(33): "www-data", UserID(114): "postgres", UserID(1000): "<b>eve</b>",
            ]
            table.cgroupPaths = [77: "/system.slice/ssh.service", 78: "/user.slice/<i>"]
            table.gaps = [
                Gap(what: "processes of other users", why: "Operation not permitted", remedy: "run as root"),
                Gap(what: "/proc/4005/fd", why: "the process went away \u{1b}[0m<script>alert(3)</script>"),
            ]
        }

        mutating func process(
            _ id: Int32, _ name: String, user: UInt32, unit: String? = nil, container: String? = nil,
            arguments: [String]? = nil
        ) -> Int32 {
            var process = HostProcess(
                id: ProcessID(id), parentID: ProcessID(1),
                startedAt: Date(timeIntervalSince1970: 1_795_000_000 + Double(id)), name: name,
                executable: "/usr/bin/" + name,
                commandLine: arguments ?? ["/usr/bin/" + name, "-D"], userID: UserID(user))
            process.unit = unit
            process.cgroup = unit.map { "/system.slice/" + $0 }
            process.container = container
            process.isExecutableDeleted = id == 4004
            table.processes.append(process)
            return Int32(table.processes.count - 1)
        }

        mutating func nginx() -> [Int32] {
            [90, 91, 92].map { process($0, "nginx", user: $0 == 90 ? 0 : 33, unit: "nginx.service") }
        }

        private mutating func add(_ socket: Socket, _ holders: [Int32], ownership: Ownership?) {
            var socket = socket
            let start = Int32(table.holderIndices.count)
            table.holderIndices += holders
            socket.holders = start..<start + Int32(holders.count)
            socket.ownership = ownership ?? (holders.isEmpty ? .unknown : .processes)
            socket.inode = inode
            socket.cookie = inode / 2
            inode += 1
            table.sockets.append(socket)
        }

        private func socket(
            _ transport: Transport, _ family: SocketFamily, _ state: SocketState, _ local: Endpoint, _ remote: Endpoint,
            user: UInt32, namespace: Int32
        ) -> Socket {
            Socket(
                transport: transport, family: family, state: state, local: local, remote: remote, userID: UserID(user),
                inode: 0, namespace: namespace)
        }

        private func ip(_ text: String) -> IPAddress { IPAddress(text) ?? .anyIPv4 }

        mutating func listen(
            _ transport: Transport, _ address: String, _ port: UInt32, _ holders: [Int32], user: UInt32 = 0,
            interface: UInt32 = 0, namespace: Int32 = 0, isIPv6Only: Bool? = nil, ownership: Ownership? = nil
        ) {
            let ip = ip(address)
            var socket = socket(
                transport, ip.isIPv4 ? .ipv4 : .ipv6, transport == .udp ? .unconnected : .listening,
                Endpoint(.ip(ip), port: port), Endpoint(.ip(ip.isIPv4 ? .anyIPv4 : .anyIPv6), port: 0), user: user,
                namespace: namespace)
            socket.direction = .listening
            socket.interfaceIndex = interface
            socket.isIPv6Only = isIPv6Only ?? (ip.isIPv4 ? nil : false)
            socket.cgroupID = user == 0 ? 77 : 78
            add(socket, holders, ownership: ownership)
        }

        mutating func listen(_ transport: Transport, context: UInt32, _ port: UInt32, _ holders: [Int32]) {
            var socket = socket(
                transport, .vsock, .listening, Endpoint(.context(context), port: port),
                Endpoint(.context(UInt32.max), port: 0),
                user: 0, namespace: 0)
            socket.direction = .listening
            add(socket, holders, ownership: nil)
        }

        mutating func sniff(_ holders: [Int32]) {
            var socket = socket(
                .packet, .packet, .unconnected, Endpoint(.none, port: 3), Endpoint(.none, port: 0), user: 0,
                namespace: 0)
            socket.direction = .sniffer
            socket.interfaceIndex = 7
            add(socket, holders, ownership: nil)
        }

        mutating func connect(
            _ transport: Transport, _ local: (String, UInt32), _ remote: (String, UInt32), _ holders: [Int32],
            user: UInt32 = 0,
            namespace: Int32 = 0, state: SocketState = .established, sent: UInt64? = nil, received: UInt64 = 0,
            ownership: Ownership? = nil
        ) {
            let (near, far) = (ip(local.0), ip(remote.0))
            var socket = socket(
                transport, near.isIPv4 ? .ipv4 : .ipv6, state, Endpoint(.ip(near), port: local.1),
                Endpoint(.ip(far), port: remote.1), user: user, namespace: namespace)
            socket.direction = .outbound
            socket.counters = sent.map {
                ConnectionCounters(bytesSent: $0, bytesReceived: received, roundTripMicroseconds: UInt32($0 % 50_000))
            }
            add(socket, holders, ownership: ownership)
        }

        mutating func accept(_ local: (String, UInt32), _ remote: (String, UInt32), _ holders: [Int32]) {
            connect(.tcp, local, remote, holders, sent: 5_120, received: 2_048)
            table.sockets[table.sockets.count - 1].direction = .inbound
        }

        mutating func raw(_ holders: [Int32]) {
            let socket = socket(
                .raw, .ipv4, .unconnected, Endpoint(.ip(.anyIPv4), port: 1), Endpoint(.ip(.anyIPv4), port: 0), user: 0,
                namespace: 0)
            add(socket, holders, ownership: nil)
        }

        mutating func unix(_ holder: Int32) {
            for (path, user) in [("/run/<b>.sock", 0), ("@\u{1b}[1mabstract", 1000)] as [(String, UInt32)] {
                var listener = UnixListener(
                    kind: .stream, path: path, inode: inode, cookie: inode / 2, userID: user == 0 ? UserID(0) : nil,
                    namespace: 0)
                let start = Int32(table.holderIndices.count)
                table.holderIndices.append(holder)
                listener.holders = start..<start + 1
                listener.ownership = .processes
                inode += 1
                table.unixListeners.append(listener)
            }
        }
    }
}
