internal import HostModel
internal import LinuxSystem

/// Reads the sockets of many namespaces one after the other, on a thread that moves from one into the next.
enum NamespaceReading {
    struct Result: Sendable {
        var namespaces: [NetworkNamespace] = []
        var sockets: [NamespaceSockets] = []
    }

    /// - Parameters:
    ///   - entrances: the namespaces to read. The one this program is in comes first, if at all, because a thread that has left it
    ///     cannot be sure to come back.
    ///   - firstIndex: the index of the first of them in the table being built.
    static func read(_ entrances: [NamespaceDiscovery.Entrance], ownID: UInt64, firstIndex: Int) -> Result {
        var result = Result()
        for (offset, entrance) in entrances.enumerated() {
            let isOwn = entrance.id == ownID
            var namespace = NetworkNamespace(
                id: NamespaceID(entrance.id), isOwn: isOwn, name: entrance.name, source: .netlink)
            var sockets = NamespaceSockets(namespace: Int32(firstIndex + offset), label: namespace.label)
            do throws(SystemError) {
                if !isOwn { try enter(entrance) }
                try sockets.dump(includesVsock: isOwn)
            } catch {
                fallBack(error, entrance, &namespace, &sockets)
            }
            namespace.interfaces = sockets.interfaces
            result.namespaces.append(namespace)
            result.sockets.append(sockets)
        }
        return result
    }

    private static func enter(_ entrance: NamespaceDiscovery.Entrance) throws(SystemError) {
        if let descriptor = entrance.descriptor { return try descriptor.enter() }
        guard let path = entrance.path else {
            throw SystemError("enter network namespace", entrance.name ?? "", code: .notPermitted)
        }
        try NamespaceDescriptor(opening: path).enter()
    }

    private static func fallBack(
        _ error: SystemError, _ entrance: NamespaceDiscovery.Entrance, _ namespace: inout NetworkNamespace,
        _ sockets: inout NamespaceSockets
    ) {
        // A namespace that ended since it was found has no sockets any more.
        if error.isAbsence { return }
        guard let process = entrance.processes.first(where: { ProcNetTables.read(process: $0, into: &sockets) }) else {
            sockets.gaps.append(
                Gap(what: "sockets of \(namespace.label)", why: error.description, remedy: rootRemedy))
            return
        }
        namespace.source = .procfs
        sockets.gaps.append(
            Gap(
                what: "cookies, counters, control groups and SCTP, MPTCP and vsock sockets of \(namespace.label)",
                why: "\(error.description); its tables were read from /proc/\(process)/net instead", remedy: rootRemedy)
        )
    }
}
