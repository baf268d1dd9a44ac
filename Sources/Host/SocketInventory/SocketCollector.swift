package import HostModel
internal import LinuxSystem
private import ProcessInventory

private import struct FoundationEssentials.Date

/// Takes the inventory: every socket of every network namespace, and who has it open.
///
/// While one thread dumps the namespaces by netlink, two others read the descriptors of all processes; then the two are joined by inode,
/// what nobody holds is explained, and directions are decided. A socket that some process has but no dump showed leads to a namespace
/// that no process is in (`HiddenNamespaces`).
package struct SocketCollector {
    private var table = SocketTable()
    private var otherUnixInodes: Set<UInt64> = []
    private var lacksVsockDiagnostics = false
    private var ownID: UInt64 = 0
    private let discovery = NamespaceDiscovery()
    private let startedAtTick = CurrentProcess.ticksSinceBoot

    /// The host's sockets now. What could not be read is in the table's gaps.
    package static func collect() -> SocketTable {
        var collector = SocketCollector()
        collector.run()
        return collector.table
    }

    private mutating func run() {
        table.gaps += discovery.gaps
        do throws(SystemError) {
            ownID = try NamespaceDescriptor(opening: "/proc/thread-self/ns/net").id
        } catch {
            table.gaps.append(Gap(what: "own network namespace", why: error.reason))
            return
        }
        let own = discovery.entrances[ownID] ?? NamespaceDiscovery.Entrance(id: ownID, processes: [CurrentProcess.id])
        let others = discovery.entrances.values.filter { $0.id != ownID }.sorted { $0.id < $1.id }
        let processes = discovery.processes
        var scan = HolderScan()
        read([own] + others) { scan = HolderScan(of: processes) }
        finish(&scan)
    }

    /// Reads `entrances` on a thread of their own while `meanwhile` runs on this one, and adds what was read to the table.
    private mutating func read(_ entrances: [NamespaceDiscovery.Entrance], meanwhile: () -> Void) {
        let (ownID, firstIndex) = (ownID, table.namespaces.count)
        do throws(SystemError) {
            let reading = try OwnThread { NamespaceReading.read(entrances, ownID: ownID, firstIndex: firstIndex) }
            meanwhile()
            add(reading.join())
        } catch {
            table.gaps.append(Gap(what: "sockets", why: error.description))
        }
    }

    private mutating func add(_ result: NamespaceReading.Result) {
        table.namespaces += result.namespaces
        for part in result.sockets {
            if table.sockets.isEmpty { table.sockets = part.sockets } else { table.sockets += part.sockets }
            table.unixListeners += part.unixListeners
            table.gaps += part.gaps
            if part.lacksVsockDiagnostics { lacksVsockDiagnostics = true }
            otherUnixInodes.formUnion(part.otherUnixInodes)
        }
    }

    /// Joins sockets and holders. What stays unexplained costs a closer look: descriptor tables of single threads for sockets that
    /// nobody seems to hold, hidden namespaces for holdings that no dump showed.
    private mutating func finish(_ scan: inout HolderScan) {
        var assignment = HolderAssignment(&table, scan.holdings)
        if table.sockets.contains(where: { $0.inode != 0 && $0.holders.isEmpty && !$0.isSubflow }) {
            scan.merge(HolderScan(ofThreadsOf: discovery.processes))
            assignment = HolderAssignment(&table, scan.holdings)
        }
        var hidden = HiddenNamespaces(known: Set(table.namespaces.map(\.id.rawValue)))
        hidden.lookAtNamespaces(scan.namespaceFiles)
        hidden.lookAtSockets(assignment.unmatched.filter { !otherUnixInodes.contains($0.inode) })
        table.gaps += hidden.gaps
        if lacksVsockDiagnostics { takeVsock(hidden, refused: scan.refused.count) }
        if !hidden.entrances.isEmpty { read(hidden.entrances) {} }
        if !hidden.entrances.isEmpty || !hidden.vsockSockets.isEmpty {
            assignment = HolderAssignment(&table, scan.holdings)
        }
        table.holderIndices = assignment.holderIndices
        explainOwnership(refused: scan.refused.count)
        let rules = DirectionRules(table.sockets)
        for index in table.sockets.indices {
            table.sockets[index].direction = rules.direction(of: table.sockets[index])
        }
        describeProcesses(assignment.processes)
        lookUpNames()
    }

    /// Without diagnostics, vsock sockets are those that processes hold; when some process could not be looked at, some may be missing.
    private mutating func takeVsock(_ hidden: HiddenNamespaces, refused: Int) {
        table.sockets += hidden.vsockSockets
        guard refused > 0 || hidden.refused > 0 || areProcessesHidden else { return }
        table.gaps.append(
            Gap(
                what: "vsock sockets of processes that could not be looked at",
                why: "the kernel has vsock but no diagnostics for it", remedy: "load the module vsock_diag"))
    }

    private mutating func explainOwnership(refused: Int) {
        let isEveryProcessKnown = refused == 0 && !areProcessesHidden
        for index in table.sockets.indices {
            table.sockets[index].ownership = table.sockets[index].explainedOwnership(
                isEveryProcessKnown: isEveryProcessKnown)
        }
        for index in table.unixListeners.indices {
            let isHeld = !table.unixListeners[index].holders.isEmpty
            table.unixListeners[index].ownership = isHeld ? .processes : isEveryProcessKnown ? .kernel : .unknown
        }
        if refused > 0 {
            noteHolderGap(
                Gap(
                    what: "open files of \(refused) processes, so who holds some sockets",
                    why: "not permitted to read /proc/PID/fd", remedy: rootRemedy))
        }
        if areProcessesHidden {
            noteHolderGap(
                Gap(
                    what: "processes of other users, so who holds some sockets", why: "/proc is mounted with hidepid",
                    remedy: rootRemedy))
        }
    }

    private mutating func noteHolderGap(_ gap: Gap) {
        table.gaps.append(gap)
        table.holderGaps.insert(gap)
    }

    /// Process 1 always exists; a `/proc` without it hides other users' processes (proc(5), hidepid).
    private var areProcessesHidden: Bool { discovery.processes.first != 1 }

    /// A process that ended since its sockets were seen, its id perhaps used again, is named as such.
    private mutating func describeProcesses(_ ids: [Int32]) {
        do throws(SystemError) {
            let tree = try FileTree()
            let reader = try ProcessReader(tree)
            let proc = try tree.directory("/proc")
            for id in ids.map({ ProcessID($0) }) {
                let ended = HostProcess(
                    id: id, parentID: ProcessID(0), startedAt: Date(timeIntervalSince1970: 0),
                    name: "(ended while it was read)", executable: nil, commandLine: [], userID: UserID(UInt32.max))
                table.processes.append(reader.read(id, in: proc, startedBefore: startedAtTick) ?? ended)
            }
        } catch {
            table.gaps.append(Gap(what: "the processes that hold sockets", why: error.description))
        }
    }

    private mutating func lookUpNames() {
        let users = Set(table.sockets.lazy.map(\.userID)).union(table.processes.map(\.userID))
            .union(table.unixListeners.compactMap(\.userID))
        for user in users { table.userNames[user] = UserNames.name(of: user.rawValue) }
        let groups = Set(table.sockets.lazy.compactMap(\.cgroupID))
        for mountPoint in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] where table.cgroupPaths.count < groups.count {
            table.cgroupPaths.merge(ControlGroups.paths(of: groups, mountedAt: mountPoint)) { first, _ in first }
        }
    }
}

extension Socket {
    /// Who has the socket open, or why nobody does.
    fileprivate func explainedOwnership(isEveryProcessKnown: Bool) -> Ownership {
        if !holders.isEmpty { return .processes }
        if isSubflow { return .subflow }
        switch state {
        case .timeWait: return .timeWait
        case .synReceived: return .pending
        // A connection without a file that nobody closed has not been accepted yet (accept(2)).
        case .established where inode == 0, .closeWait where inode == 0: return .pending
        default: break
        }
        if inode == 0 { return .orphaned }
        return isEveryProcessKnown ? .kernel : .unknown
    }
}

/// What closes a gap that permission left: nothing more than being root already, when a security module or a sandbox said no.
var rootRemedy: String? { CurrentProcess.effectiveUserID == 0 ? nil : "run as root" }
