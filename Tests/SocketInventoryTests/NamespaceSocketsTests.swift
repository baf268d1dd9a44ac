import HostModel
import LinuxSystem
import Netlink
import Testing

@testable import SocketInventory

@Suite struct NamespaceSocketsTests {
    @Test("A dump the kernel marks interrupted is taken again, and what it had found is not counted twice")
    func interruptedDump() throws {
        var sockets = NamespaceSockets(namespace: 0, label: "host")
        var netlink = try NetlinkSocket.open(.socketDiagnostics)
        var takes = 0
        sockets.dumpWhole("TCP sockets", &netlink, fallback: nil) { target, _ in
            takes += 1
            target.sockets.append(Self.socket(port: 22))
            return takes < 3 ? .interrupted : .whole
        }
        #expect(takes == 3)
        #expect(sockets.sockets.count == 1)
        #expect(sockets.gaps.isEmpty)
    }

    @Test("A table that keeps changing is a gap, and what was seen of it is kept")
    func endlesslyInterruptedDump() throws {
        var sockets = NamespaceSockets(namespace: 0, label: "host")
        var netlink = try NetlinkSocket.open(.socketDiagnostics)
        sockets.dumpWhole("TCP sockets", &netlink, fallback: nil) { target, _ in
            target.sockets.append(Self.socket(port: 22))
            return .interrupted
        }
        #expect(sockets.sockets.count == 1)
        #expect(sockets.gaps.map(\.what) == ["TCP sockets of host"])
    }

    @Test("A dump that is refused is a gap with the kernel's reason")
    func refusedDump() throws {
        var sockets = NamespaceSockets(namespace: 0, label: "blue")
        var netlink = try NetlinkSocket.open(.socketDiagnostics)
        sockets.dumpWhole("TCP sockets", &netlink, fallback: nil) { _, _ throws(SystemError) in
            throw SystemError("read", "TCP sockets", code: .notPermitted)
        }
        #expect(sockets.gaps == [Gap(what: "TCP sockets of blue", why: "Operation not permitted")])
    }

    @Test("The text tables of a namespace have the sockets that netlink shows", .enabled(if: isRoot))
    func textTables() throws {
        let scene = try SocketScene("tcp", "udp", "raw", "packet", "unix")
        var text = NamespaceSockets(namespace: 0, label: "text")
        #expect(ProcNetTables.read(process: scene.process, into: &text))
        let kernel = scene.inventory()
        func key(_ socket: Socket) -> String {
            "\(socket.transport) \(socket.family) \(socket.state) \(socket.local) \(socket.remote) \(socket.inode)"
        }
        #expect(Set(text.sockets.map(key)) == Set(kernel.sockets.map(key)))
        let listeners = kernel.table.unixListeners.filter {
            kernel.table.namespaces[Int($0.namespace)].id == scene.namespace
        }
        #expect(Set(text.unixListeners.map(\.path)) == Set(listeners.map(\.path)))
    }

    @Test(
        "A line of a text table that is cut or strange is passed over",
        arguments: [
            "", "0:", "  0: 0100007F:1F90 00000000:0000 0A", "0: zz:1 0:0 0A 0:0 0:0 0 0 0 1 2",
            "0: 0100007F:FFFFF 0:0 0A a b c 0 0 1",
        ])
    func strangeLines(line: String) {
        #expect(ProcNetTables.inetSocket(Substring(line), transport: .tcp, family: .ipv4, namespace: 0) == nil)
        #expect(ProcNetTables.packetSocket(Substring(line), namespace: 0) == nil)
        #expect(ProcNetTables.unixListener(Substring(line), namespace: 0) == nil)
    }

    @Test("A path of a Unix listener that begins with a mark, or ends lines of its own, does not hide it")
    func joinedPath() throws {
        let line = "0000000000000000: 00000002 00000000 00010000 0001 01 12345 \u{301}x y"
        let listener = try #require(ProcNetTables.unixListener(Substring(line), namespace: 0))
        #expect(listener.inode == 12345 && listener.path.unicodeScalars.elementsEqual("\u{301}x y".unicodeScalars))
    }

    private static func socket(port: UInt32) -> Socket {
        Socket(
            transport: .tcp, family: .ipv4, state: .listening, local: Endpoint(.ip(.anyIPv4), port: port),
            remote: Endpoint(.ip(.anyIPv4), port: 0), userID: .root, inode: 1, namespace: 0)
    }
}
