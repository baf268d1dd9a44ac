private import CLinux
private import Glibc

/// Processes that belong to a command: members of its session, and their descendants that opened sessions of their own.
///
/// A process whose parent ended comes to the nearest ancestor that asked for it (PR_SET_CHILD_SUBREAPER, prctl(2)): so with `adoptOrphans`
/// what a command left behind as a daemon is our child, and is seen.
package enum DescendantProcesses {
    /// From now on this process is the parent of its descendants' orphans, and has to reap them (`reapAdopted`).
    package static func adoptOrphans() throws(SystemError) {
        try systemCall("become the parent of orphans") { bailey_become_subreaper() }
    }

    /// Children of this process that are none of `known` (monitors of commands, say): orphans it has adopted. Ended ones are reaped; the others are returned, held.
    package static func reapAdopted(except known: Set<Int32>) throws(SystemError) -> [ProcessHandle] {
        var living: [ProcessHandle] = []
        let own = getpid()
        for (id, status) in try all() where status.parent == own && !known.contains(id) {
            guard status.isLiving else {
                _ = waitpid(id, nil, WNOHANG)
                continue
            }
            if let handle = hold(id, startTicks: status.startTicks) { living.append(handle) }
        }
        return living
    }

    /// Kills the session and what descends from it, again until nothing is left: a process may fork while it is looked for. The number of
    /// those that the kernel has not ended by then.
    static func kill(session: Int32) throws(SystemError) -> Int {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            let members = try family(ofSession: session)
            if members.isEmpty || deadline < .now { return members.count }
            for member in members {
                try? member.send(signal: SIGKILL)  // it may have ended by itself
            }
            for member in members {
                _ = try wait(for: .reading, of: member.pollNumber, until: .now + .milliseconds(100))
            }
        }
    }

    /// Members of the session, and descendants of members as far as the chain of parents still tells. Ended processes are left out.
    private static func family(ofSession session: Int32) throws(SystemError) -> [ProcessHandle] {
        let processes = try all()
        var members = Set(processes.filter { $0.status.session == session || $0.id == session }.map(\.id))
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for (id, status) in processes where members.contains(status.parent) && members.insert(id).inserted {
                hasGrown = true
            }
        }
        return processes.compactMap { id, status in
            members.contains(id) && status.isLiving
                ? hold(id, startTicks: status.startTicks) : nil
        }
    }

    /// Nil when it has ended, or its number was given to another since it was listed.
    private static func hold(_ id: Int32, startTicks: UInt64) -> ProcessHandle? {
        guard let handle = try? ProcessHandle(opening: id),  // it may have ended since
            let directory = try? Directory(opening: "/proc/\(id)"),
            let bytes = try? directory.prefix(of: "stat", limit: 4096),
            let status = ProcessStatus(bytes), status.startTicks == startTicks
        else { return nil }
        return handle
    }

    private static func all() throws(SystemError) -> [(id: Int32, status: ProcessStatus)] {
        let proc = try Directory(opening: "/proc")
        var ids: [Int32] = []
        try proc.forEachName { name in
            let digits = name.lazy.map { UInt8(bitPattern: $0) }
            if let first = digits.first, (0x31...0x39).contains(first),
                let id = Int32(String(decoding: digits, as: UTF8.self))
            {
                ids.append(id)
            }
            return true
        }
        return ids.compactMap { id in
            guard let bytes = try? proc.prefix(of: "\(id)/stat", limit: 4096),  // absence is the answer: it ended
                let status = ProcessStatus(bytes)
            else { return nil }
            return (id, status)
        }
    }
}
