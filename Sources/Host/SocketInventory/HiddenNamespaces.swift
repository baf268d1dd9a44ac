internal import HostModel
internal import LinuxSystem

/// Finds namespaces that no process is in and no mount shows: an open file keeps one alive, be it the namespace itself or a socket made
/// in it. A program that hides its connections there is found by what it holds.
///
/// On the way vsock sockets are found, which a kernel without diagnostics for them tells of in no other way.
struct HiddenNamespaces {
    private var known: Set<UInt64>
    private(set) var entrances: [NamespaceDiscovery.Entrance] = []
    private(set) var vsockSockets: [Socket] = []
    /// Sockets that could not be asked.
    private(set) var refused = 0
    private(set) var gaps: [Gap] = []

    /// How many unexplained sockets are asked for their namespace in one run.
    private static let probeLimit = 4096

    init(known: Set<UInt64>) { self.known = known }

    /// Looks at open files that are namespaces.
    mutating func lookAtNamespaces(_ files: [HolderScan.Holding]) {
        for file in files where known.insert(file.inode).inserted {
            entrances.append(
                NamespaceDiscovery.Entrance(id: file.inode, path: "/proc/\(file.process)/fd/\(file.descriptor)"))
        }
    }

    /// Asks sockets that some process holds and no dump showed for their namespace. Most are of families without diagnostics (netlink,
    /// AF_ALG), or are neither bound nor connected, and lie in a known namespace.
    mutating func lookAtSockets(_ holdings: [HolderScan.Holding]) {
        var asked: Set<UInt64> = []
        for holding in holdings where asked.count < Self.probeLimit && asked.insert(holding.inode).inserted {
            do throws(SystemError) {
                let socket = try ForeignSocket(holding.descriptor, heldBy: holding.process)
                if let state = socket.vsock() { vsockSockets.append(Socket(state, inode: holding.inode)) }
                let namespace = try socket.namespace()
                guard known.insert(namespace.id).inserted else { continue }
                entrances.append(NamespaceDiscovery.Entrance(id: namespace.id, descriptor: namespace))
            } catch {
                if error.isPermission { refused += 1 }
            }
        }
        if refused > 0 {
            gaps.append(
                Gap(
                    what: "network namespaces of \(refused) sockets that no table shows",
                    why: "not permitted to ask for a socket's namespace", remedy: rootRemedy))
        }
        if asked.count == Self.probeLimit {
            gaps.append(
                Gap(
                    what: "network namespaces of sockets that no table shows",
                    why: "only \(Self.probeLimit) of them were asked"))
        }
    }
}

extension Socket {
    /// A vsock socket as it tells of itself. Its user is not told; vsock addresses belong to the machine, which the first namespace of
    /// the table stands for.
    fileprivate init(_ state: ForeignSocket.VsockState, inode: UInt64) {
        let remote = state.remoteContext.map { Endpoint(.context($0), port: state.remotePort ?? 0) }
        self.init(
            transport: .vsock, family: .vsock,
            state: state.isListening ? .listening : remote == nil ? .unconnected : .established,
            local: Endpoint(.context(state.localContext), port: state.localPort),
            remote: remote ?? Endpoint(.none, port: 0), userID: .root, inode: inode, namespace: 0)
    }
}
