import HostModel

/// Whether a socket is held by whom a rule asks for.
enum OwnerMatch {
    case match
    case mismatch
    /// It cannot be told, because nobody, or nobody who may be seen, holds the socket; such a rule does not match.
    case notVisible
}

/// What one rule asks of the owner of a socket, worked out once against the processes and control groups of a table, so that asking
/// costs the same for every socket and builds no text.
struct OwnerCriteria {
    /// Which processes will do, by their index in the table; nil where any will.
    private var processes: [Bool]?
    /// The processes are asked for by the path of their program.
    private var isByPath = false
    private var users: Set<UserID>?
    private var groups: GroupCriterion?

    private struct GroupCriterion {
        /// Inodes of control groups that will do.
        var ids: Set<UInt64>
        /// Processes that are in one that will do.
        var processes: [Bool]
    }

    init(
        process: ProcessCriterion?, user: UserCriterion?, cgroup: CgroupPattern? = nil, unit: String? = nil,
        in table: SocketTable
    ) {
        processes = process.map { process in table.processes.map(process.matches) }
        if case .executable? = process { isByPath = true }
        users = user.map { user in
            switch user {
            case .id(let id): [id]
            case .name(let name): Set(table.userNames.filter { $0.value == name }.keys)
            }
        }
        guard cgroup != nil || unit != nil else { return }
        let isWanted = { (path: String?, itsUnit: String?) in
            let pathFits = cgroup.map { pattern in path.map(pattern.matches) ?? false } ?? true
            let unitFits =
                unit.map { unit in itsUnit == unit || path.map { Self.names(unit, in: $0) } ?? false } ?? true
            return pathFits && unitFits
        }
        groups = GroupCriterion(
            ids: Set(table.cgroupPaths.filter { isWanted($0.value, nil) }.keys),
            processes: table.processes.map { isWanted($0.cgroup, $0.unit) })
    }

    /// Whether a unit is part of a control group's path: `/system.slice/ssh.service` belongs to `ssh.service`.
    private static func names(_ unit: String, in path: String) -> Bool {
        path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual(unit.utf8) }
    }

    func check(_ socket: Socket, in table: SocketTable) -> OwnerMatch {
        var result = OwnerMatch.match
        if let users {
            // The kernel reports user 0 for sockets that are no longer a process's (sock_i_uid).
            switch socket.ownership {
            case .timeWait, .pending, .orphaned: result = .notVisible
            case .processes, .subflow, .kernel, .unknown: if !users.contains(socket.userID) { return .mismatch }
            }
        }
        if let processes {
            // A path is one of the host's files; in another network namespace, a container's, it is one of the container's.
            let excludesElsewhere = isByPath && table.namespace(of: socket).isOwn
            switch check(socket, processes, excludesElsewhere: excludesElsewhere, in: table) {
            case .match: break
            case .mismatch: return .mismatch
            case .notVisible: result = .notVisible
            }
        }
        if let groups {
            if let id = socket.cgroupID, table.cgroupPaths[id] != nil {
                if !groups.ids.contains(id) { return .mismatch }
            } else {
                switch check(socket, groups.processes, in: table) {
                case .match: break
                case .mismatch: return .mismatch
                case .notVisible: result = .notVisible
                }
            }
        }
        return result
    }

    /// Every holder has to fit: whoever has the socket can take what comes in by it, and could have handed it to a program that fits.
    ///
    /// Process 1 hands sockets it opened to the services they are for (systemd.socket(5)): where it fits, it answers for them, and where
    /// it does not, it is no holder beside them.
    ///
    /// - Parameter excludesElsewhere: a process does not fit whose program is not the host's file of that path.
    private func check(
        _ socket: Socket, _ wanted: [Bool], excludesElsewhere: Bool = false, in table: SocketTable
    ) -> OwnerMatch {
        if socket.holders.isEmpty { return socket.ownership == .kernel ? .mismatch : .notVisible }
        var fits = false
        for place in socket.holders {
            let index = Int(table.holderIndices[Int(place)])
            let process = table.processes[index]
            let isWanted = wanted[index] && !(excludesElsewhere && process.isExecutableElsewhere)
            if process.id == ProcessID(1) {
                if isWanted { return .match }
            } else if isWanted {
                fits = true
            } else {
                return .mismatch
            }
        }
        return fits ? .match : .mismatch
    }
}
