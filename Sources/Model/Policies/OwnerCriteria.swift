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
        path.split(separator: "/").contains { $0 == unit }
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
            switch check(socket, processes, in: table) {
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

    /// Any holder will do: a socket that is handed on belongs to all who have it, and the one who opened it answers for that.
    private func check(_ socket: Socket, _ wanted: [Bool], in table: SocketTable) -> OwnerMatch {
        if socket.holders.isEmpty { return socket.ownership == .kernel ? .mismatch : .notVisible }
        let isHeld = socket.holders.contains { wanted[Int(table.holderIndices[Int($0)])] }
        return isHeld ? .match : .mismatch
    }
}
