internal import HostModel
internal import LinuxSystem
internal import Netlink

/// The sockets of one network namespace as the kernel tells them, before their holders and directions are known.
struct NamespaceSockets: Sendable {
    /// Index of the namespace in the table being built.
    let namespace: Int32
    /// The namespace's name in gaps.
    let label: String
    var sockets: [Socket] = []
    var unixListeners: [UnixListener] = []
    /// Inodes of Unix sockets that are no listeners. They are known, so they are no sign of a hidden namespace.
    var otherUnixInodes: Set<UInt64> = []
    var interfaces: [UInt32: NetworkNamespace.Interface] = [:]
    var gaps: [Gap] = []
    /// The kernel speaks vsock and has no diagnostics for it, so its sockets are to be found by their holders.
    var lacksVsockDiagnostics = false

    init(namespace: Int32, label: String) {
        self.namespace = namespace
        self.label = label
    }

    /// Dumps everything in the calling thread's network namespace.
    ///
    /// - Parameter includesVsock: vsock addresses belong to the machine, not to a namespace, so one namespace reads them for all.
    mutating func dump(includesVsock: Bool) throws(SystemError) {
        var netlink = try NetlinkSocket.open(.socketDiagnostics)
        dumpWhole("TCP sockets", &netlink, fallback: "tcp") { (target, netlink) throws(SystemError) in
            try netlink.dumpTCPSockets { target.add($0, .tcp) }
        }
        for transport in InetProtocol.allCases where transport != .tcp {
            for family in [2, 10] as [UInt8] {
                let table = Transport(transport).rawValue + (family == 2 ? "" : "6")
                dumpWhole("\(transport) sockets", &netlink, fallback: table) { (target, netlink) throws(SystemError) in
                    try netlink.dumpInetSockets(transport, family: family) { target.add($0, transport) }
                }
            }
        }
        dumpWhole("packet sockets", &netlink, fallback: "packet") { (target, netlink) throws(SystemError) in
            try netlink.dumpPacketSockets { target.add($0) }
        }
        dumpWhole("Unix sockets", &netlink, fallback: "unix") { (target, netlink) throws(SystemError) in
            try netlink.dumpUnixSockets { target.add($0) }
        }
        if includesVsock {
            dumpWhole("vsock sockets", &netlink, fallback: "vsock") { (target, netlink) throws(SystemError) in
                try netlink.dumpVsockSockets { target.add($0) }
            }
        }
        var route = try NetlinkSocket.open(.route)
        dumpWhole("network interfaces", &route, fallback: nil) { (target, netlink) throws(SystemError) in
            try netlink.dumpLinks {
                target.interfaces[$0.index] = NetworkNamespace.Interface(name: $0.name, isLoopback: $0.isLoopback)
            }
        }
    }

    /// Takes a dump again when the kernel marks it interrupted, up to five times; what still was not whole is a gap.
    ///
    /// - Parameter fallback: the name of the table in `/proc/net` to read when the kernel has no diagnostics for the protocol.
    mutating func dumpWhole(
        _ what: String, _ netlink: inout NetlinkSocket, fallback: String?,
        _ take: (inout NamespaceSockets, inout NetlinkSocket) throws(SystemError) -> NetlinkSocket.Completeness
    ) {
        let before = (sockets.count, unixListeners.count)
        for _ in 0..<5 {
            sockets.removeLast(sockets.count - before.0)
            unixListeners.removeLast(unixListeners.count - before.1)
            do throws(SystemError) {
                if try take(&self, &netlink) == .whole { return }
            } catch  where error.code == .notFound || error.code == .unsupported {
                if let fallback { readTable(fallback, insteadOf: what) }
                return
            } catch {
                gaps.append(Gap(what: "\(what) of \(label)", why: error.reason))
                return
            }
        }
        gaps.append(
            Gap(
                what: "\(what) of \(label)", why: "the table kept changing while it was read, so some may be missing",
                remedy: "run again when fewer connections come and go"))
    }

    /// A protocol the kernel lacks has no sockets, which is no gap; one it has without diagnostics (a module not built) is read as text
    /// where there is a text, and is a gap where there is none.
    private mutating func readTable(_ name: String, insteadOf what: String) {
        if ProcNetTables.read(name, in: "/proc/thread-self/net", into: &self) {
            if name == "tcp" { _ = ProcNetTables.read("tcp6", in: "/proc/thread-self/net", into: &self) }
            return
        }
        guard ProcNetTables.kernelHas(Transport(rawValue: name)) else { return }
        if name == Transport.vsock.rawValue {
            lacksVsockDiagnostics = true
        } else {
            gaps.append(
                Gap(
                    what: "\(what) of \(label)", why: "the kernel has the protocol but no diagnostics for it",
                    remedy: "load the module \(name)_diag"))
        }
    }
}
