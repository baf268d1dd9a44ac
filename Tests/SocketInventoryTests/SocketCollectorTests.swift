import Foundation
import HostModel
import SocketInventory
import TestSupport
import Testing

@Suite(.enabled(if: isRoot)) struct SocketCollectorTests {
    @Test("A listener knows its process: id, start, program, arguments and user")
    func holder() throws {
        let scene = try SocketScene("tcp")
        let (table, sockets) = scene.inventory()
        let listener = try #require(sockets.first { $0.local.port == 7003 })
        let process = try #require(table.holders(of: listener).first)
        #expect(process.id.rawValue == scene.process)
        #expect(process.name.hasPrefix("python3"))
        #expect(process.executable?.contains("python3") == true)
        #expect(process.commandLine.last == "tcp")
        #expect(process.userID == .root)
        #expect(abs(process.startedAt.timeIntervalSinceNow) < 60)
        #expect(listener.ownership == .processes)
        #expect(listener.cookie != 0)
    }

    @Test("A password on the command line of a holder is not carried on")
    func maskedArguments() throws {
        let program = try RunningProgram([
            "unshare", "--net", "python3", "-c",
            "import socket, sys; s = socket.socket(); s.bind(('', 7990)); s.listen(); print('ready', flush=True); sys.stdin.read()",
            "--password=hunter2", "--port", "7990",
        ])
        let table = SocketCollector.collect()
        let socket = try #require(
            table.sockets.first { table.holders(of: $0).contains { $0.id.rawValue == program.id } })
        let arguments = try #require(table.holders(of: socket).first?.commandLine)
        #expect(arguments.suffix(3) == ["--password=[masked]", "--port", "7990"])
    }

    @Test("All processes that have a socket open are its holders")
    func sharedListener() throws {
        let scene = try SocketScene("shared")
        let (table, sockets) = scene.inventory()
        let listener = try #require(sockets.first { $0.local.port == 7801 })
        #expect(table.holders(of: listener).map(\.name).sorted().last == "sleep")
        #expect(table.holders(of: listener).count == 2)
    }

    @Test("TCP counts bytes and round trips of each connection")
    func counters() throws {
        let scene = try SocketScene("tcp")
        let sockets = scene.inventory().sockets
        let sender = try #require(sockets.first { $0.local.port == 7001 && $0.state == .established })
        #expect(sender.counters?.bytesSent == 100)
        let receiver = try #require(sockets.first { $0.remote.port == 7001 })
        #expect(receiver.counters?.bytesReceived == 100)
        #expect((receiver.counters?.roundTripMicroseconds ?? 0) > 0)
    }

    @Test("A socket nobody holds says why")
    func unowned() throws {
        let scene = try SocketScene("unowned")
        let sockets = scene.inventory().sockets
        #expect(sockets.contains { $0.ownership == .timeWait && $0.state == .timeWait })
        #expect(sockets.contains { $0.ownership == .pending && $0.state == .established })
        #expect(sockets.contains { $0.ownership == .orphaned && $0.state == .finWait2 })
    }

    @Test("Sockets of two namespaces are told apart, and a mounted namespace has its name")
    func namespaces() throws {
        let first = try SocketScene("tcp")
        let second = try SocketScene("udp")
        let table = SocketCollector.collect()
        func ports(_ scene: SocketScene) -> Set<UInt32> {
            Set(table.sockets.filter { table.namespace(of: $0).id == scene.namespace }.map(\.local.port))
        }
        #expect(ports(first).contains(7003) && !ports(first).contains(7101))
        #expect(ports(second).contains(7101) && !ports(second).contains(7003))
        #expect(table.namespaces.filter(\.isOwn).count == 1)
    }

    @Test("A namespace mounted in another mount namespace is found, and the name somebody gave it there does not count")
    func mountedNamespace() throws {
        let script = """
            mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && touch /mnt/blue && unshare --net=/mnt/blue true \
            && echo ready $(stat -c %i /mnt/blue) && read line
            """
        let program = try RunningProgram(["unshare", "--mount", "sh", "-c", script])
        let id = NamespaceID(try #require(UInt64(program.announcement)))
        let namespace = try #require(SocketCollector.collect().namespaces.first { $0.id == id })
        #expect(namespace.source == .netlink)
        #expect(namespace.name == nil)
    }

    @Test("A listener in a namespace that no process is in and no path leads to is found by its descriptor")
    func hiddenNamespace() throws {
        let scene = try SocketScene("hidden")
        let table = SocketCollector.collect()
        let listener = try #require(table.sockets.first { $0.local.port == 7901 && $0.state == .listening })
        #expect(table.namespace(of: listener).id != scene.namespace)
        #expect(table.holders(of: listener).map(\.id.rawValue) == [scene.process])
    }

    @Test("A listener that only one thread has open is attributed to its process")
    func threadTable() throws {
        let scene = try SocketScene("thread")
        let (table, sockets) = scene.inventory()
        let listener = try #require(sockets.first { $0.local.port == 7902 })
        #expect(table.holders(of: listener).map(\.id.rawValue) == [scene.process])
    }

    @Test("UDP-Lite and SCTP sockets appear where the kernel has the protocol")
    func lesserProtocols() throws {
        let scene = try SocketScene("udplite", "sctp")
        let sockets = scene.inventory().sockets
        if !scene.missing.contains("udplite") {
            #expect(
                sockets.contains { $0.transport == .udplite && $0.local.port == 7201 && $0.direction == .listening })
        }
        if !scene.missing.contains("sctp") {
            #expect(sockets.contains { $0.transport == .sctp && $0.local.port == 7301 && $0.direction == .listening })
        }
    }

    @Test("A vsock listener is found with its holder, with the kernel's diagnostics for vsock or without")
    func vsock() throws {
        let scene = try SocketScene("vsock")
        guard !scene.missing.contains("vsock") else { return }
        let table = SocketCollector.collect()
        let listener = try #require(table.sockets.first { $0.transport == .vsock && $0.local.port == 7951 })
        #expect(listener.direction == .listening)
        #expect(table.holders(of: listener).map(\.id.rawValue) == [scene.process])
    }

    @Test("An abstract Unix listener is listed with its holder")
    func unixListener() throws {
        let scene = try SocketScene("unix")
        let table = SocketCollector.collect()
        let listener = try #require(table.unixListeners.first { $0.path == "@bailey-test-\(scene.process)" })
        #expect(table.holders(of: listener).map(\.id.rawValue) == [scene.process])
        #expect(listener.userID == .root)
    }

    @Test("A packet socket is a sniffer, and says on which interface")
    func sniffer() throws {
        let scene = try SocketScene("packet")
        let (table, sockets) = scene.inventory()
        let socket = try #require(sockets.first { $0.transport == .packet })
        #expect(socket.direction == .sniffer)
        #expect(table.interfaceName(of: socket) == "lo")
    }

    @Test("A connection made from a port that listens is outbound: the kernel counted who opened it")
    func reusedPort() throws {
        let scene = try SocketScene("reuse")
        let sockets = scene.inventory().sockets.filter { $0.state == .established }
        #expect(sockets.first { $0.local.port == 7602 }?.direction == .outbound)
        #expect(sockets.first { $0.local.port == 7601 }?.direction == .inbound)
    }

    @Test("Accepted connections are inbound, also IPv4 ones of a dual-stack listener; their other ends are outbound")
    func directions() throws {
        let scene = try SocketScene("tcp", "udp")
        for socket in scene.inventory().sockets where socket.transport == .tcp && socket.state == .established {
            let isServer = (7001...7005).contains(socket.local.port)
            #expect(socket.direction == (isServer ? .inbound : .outbound))
        }
        let datagrams = scene.inventory().sockets.filter { $0.transport == .udp }
        #expect(datagrams.filter { $0.remote.port == 7199 }.map(\.direction) == [.outbound, .outbound])
        #expect(datagrams.filter { $0.remote.port == 0 }.map(\.direction) == [.listening, .listening])
    }
}
