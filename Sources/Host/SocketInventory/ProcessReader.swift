internal import FoundationEssentials
internal import HostModel
internal import LinuxSystem

/// Reads what a process is from `/proc/PID` (proc(5)).
struct ProcessReader: Sendable {
    /// When the host started, and how many clock ticks a second has (`USER_HZ`).
    private let bootTime: Date
    private let ticksPerSecond: Double

    init() throws(SystemError) {
        let file = try FileDescriptor.open(forReading: "/proc/stat")
        let text = String(decoding: try file.readAll(limit: 16 << 20, subject: "/proc/stat"), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let seconds = line.flatMap({ Double($0.dropFirst(6)) }) else {
            throw SystemError("read boot time", "/proc/stat", code: .invalid)
        }
        bootTime = Date(timeIntervalSince1970: seconds)
        ticksPerSecond = Double(CurrentProcess.clockTicksPerSecond)
    }

    /// The process that had `id` at `startedBefore` (clock ticks since boot); one that ended meanwhile, its id perhaps used again, is
    /// named as such.
    func read(_ id: Int32, startedBefore tick: UInt64) -> HostProcess {
        readWhole(id, startedBefore: tick)
            ?? HostProcess(
                id: ProcessID(id), parentID: ProcessID(0), startedAt: Date(timeIntervalSince1970: 0),
                name: "(ended while it was read)", executable: nil, commandLine: [], userID: UserID(UInt32.max))
    }

    private func readWhole(_ id: Int32, startedBefore tick: UInt64) -> HostProcess? {
        guard let directory = try? Directory(opening: "/proc/\(id)"),  // absence is the answer: it ended
            let stat = try? directory.prefix(of: "stat", limit: 4096), let fields = StatFields(stat),
            fields.startTicks <= tick
        else { return nil }
        // Each of these may be refused for another user's process, or be gone by now; what is left unsaid is nil or empty.
        let link = try? directory.linkTarget("exe")
        let command = (try? directory.prefix(of: "cmdline", limit: 4096)) ?? []
        let user = (try? directory.prefix(of: "status", limit: 4096)).flatMap(Self.effectiveUser)
        let group = (try? directory.prefix(of: "cgroup", limit: 16384)).flatMap(Self.unifiedGroup)
        let deletedMark = " (deleted)"
        var process = HostProcess(
            id: ProcessID(id), parentID: ProcessID(fields.parent),
            startedAt: bootTime + Double(fields.startTicks) / ticksPerSecond, name: fields.name,
            executable: link.map { $0.hasSuffix(deletedMark) ? String($0.dropLast(deletedMark.count)) : $0 },
            commandLine: Self.arguments(command), userID: UserID(user ?? UInt32.max))
        process.isExecutableDeleted = link?.hasSuffix(deletedMark) ?? false
        process.cgroup = group
        process.unit = group.flatMap(ControlGroups.unit)
        process.container = group.flatMap(ControlGroups.container)
        return process
    }

    /// `pid (name) state ppid … starttime …`: the name may hold spaces, parentheses and newlines, so it ends at the last `)`.
    struct StatFields {
        let name: String
        let parent: Int32
        /// Clock ticks from the start of the host to the start of the process (field 22).
        let startTicks: UInt64

        init?(_ bytes: [UInt8]) {
            guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
                let close = bytes.lastIndex(of: UInt8(ascii: ")")),
                open < close
            else { return nil }
            let fields = bytes[(close + 1)...].split(separator: UInt8(ascii: " "))
            guard fields.count > 19, let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
                let ticks = UInt64(String(decoding: fields[19], as: UTF8.self))
            else { return nil }
            name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
            (self.parent, startTicks) = (parent, ticks)
        }
    }

    /// Arguments end with a zero byte each; a process may overwrite them with anything.
    static func arguments(_ bytes: [UInt8]) -> [String] {
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        while parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The second number of `Uid: real effective saved filesystem`.
    private static func effectiveUser(_ status: [UInt8]) -> UInt32? {
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Uid:") }
        let numbers = line?.split { $0 == "\t" || $0 == " " }
        return numbers.flatMap { $0.count > 2 ? UInt32($0[2]) : nil }
    }

    /// The path after `0::`, the unified hierarchy's line.
    private static func unifiedGroup(_ bytes: [UInt8]) -> String? {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("0::") }
            .map { String($0.dropFirst(3)) }
    }
}
