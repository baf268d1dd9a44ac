package import HostModel
package import LinuxSystem

private import struct FoundationEssentials.Date

/// The processes of the running system, from `/proc` (proc(5)).
package struct ProcessList {
    /// `USER_HZ`: the unit of start times is the same on every architecture Debian runs on.
    private static let ticksPerSecond = 100.0
    /// `PF_KTHREAD` of the kernel's flags (field 9 of `stat`).
    private static let kernelThreadFlag: UInt64 = 0x0020_0000

    private let tree: FileTree
    private let bootedAt: Double

    /// Processes that end while they are read are left out: they are no longer there.
    package static func read(_ tree: FileTree) -> Observation<[HostProcess]> {
        do throws(SystemError) {
            let list = ProcessList(tree: tree, bootedAt: try bootTime(tree))
            let directory = try tree.directory("/proc")
            let names = try directory.entries().map(\.name).filter { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
            return .seen(names.compactMap { list.process(named: $0, in: directory) }, from: "/proc")
        } catch {
            return .unseen(error.gap("processes"))
        }
    }

    private static func bootTime(_ tree: FileTree) throws(SystemError) -> Double {
        for line in try tree.lines(of: "/proc/stat") where line.hasPrefix("btime ") {
            return Double(line.dropFirst(6).trimmed) ?? 0
        }
        return 0
    }

    private func process(named name: String, in proc: borrowing Directory) -> HostProcess? {
        // It may have ended meanwhile; then it is not one of the processes there are.
        guard let number = Int32(name), let directory = try? proc.directory(name),
            let stat = try? directory.prefix(of: "stat", limit: 4096), let fields = StatFields(stat),
            let status = try? directory.prefix(of: "status", limit: 4096)
        else { return nil }
        let isKernelThread = fields.flags & Self.kernelThreadFlag != 0
        // Links and arguments of other users' processes are not for everybody: what is not to be had stays empty.
        let link = isKernelThread ? nil : try? directory.linkTarget("exe")
        let arguments = isKernelThread ? [] : (try? directory.prefix(of: "cmdline", limit: 4096)) ?? []
        let deleted = " (deleted)"
        let isDeleted = link?.hasSuffix(deleted) ?? false
        var process = HostProcess(
            id: ProcessID(number), parentID: ProcessID(fields.parent),
            startedAt: Date(timeIntervalSince1970: bootedAt + Double(fields.startTicks) / Self.ticksPerSecond),
            name: fields.name, executable: isDeleted ? link.map { String($0.dropLast(deleted.count)) } : link,
            commandLine: Self.arguments(arguments), userID: UserID(Self.effectiveUser(status) ?? UInt32.max))
        process.isExecutableDeleted = isDeleted
        if let text = try? directory.prefix(of: "cgroup", limit: 16 << 10) {  // absent where the kernel has no control groups
            process.cgroup = ControlGroupPath.path(inProcFile: text)
            process.unit = process.cgroup.flatMap(ControlGroupPath.unit)
            process.container = process.cgroup.flatMap(ControlGroupPath.container)
        }
        return process
    }

    private static func arguments(_ bytes: [UInt8]) -> [String] {
        var pieces = bytes.split(separator: 0, omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        return pieces.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The second number of the `Uid:` line.
    private static func effectiveUser(_ status: [UInt8]) -> UInt32? {
        for line in status.split(separator: 0x0a) where line.starts(with: "Uid:".utf8) {
            let numbers = line.dropFirst(4).split { $0 == 0x09 || $0 == 0x20 }
            guard numbers.count >= 2 else { return nil }
            return UInt32(String(decoding: numbers[1], as: UTF8.self))
        }
        return nil
    }
}

/// The fields of `/proc/PID/stat` that are needed. The name stands in parentheses and may itself hold any byte, parentheses too, so it
/// ends at the last one.
private struct StatFields {
    var name: String
    var parent: Int32
    var flags: UInt64
    var startTicks: UInt64

    init?(_ bytes: [UInt8]) {
        guard let open = bytes.firstIndex(of: 0x28), let close = bytes.lastIndex(of: 0x29), open < close else {
            return nil
        }
        let rest = bytes[(close + 1)...].split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        // Counted from field 3, the state: parent is field 4, flags 9, start time 22.
        guard rest.count > 19, let parent = Int32(rest[1]), let flags = UInt64(rest[6]), let start = UInt64(rest[19])
        else { return nil }
        name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        self.parent = parent
        self.flags = flags
        startTicks = start
    }
}

/// What the path of a control group says: systemd and container runtimes put their names into it.
enum ControlGroupPath {
    /// The path in the unified hierarchy (`0::`), or in systemd's own where that is the one in use (cgroups(7)).
    static func path(inProcFile bytes: [UInt8]) -> String? {
        var unified: String?
        var named: String?
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0" { unified = String(parts[2]) }
            if parts[1] == "name=systemd" { named = String(parts[2]) }
        }
        return unified == "/" ? named ?? unified : unified ?? named
    }

    /// The innermost service or scope.
    static func unit(_ path: String) -> String? {
        path.split(separator: "/").last { $0.hasSuffix(".service") || $0.hasSuffix(".scope") }.map(String.init)
    }

    /// The 64 hexadecimal digits by which Docker, containerd, CRI-O and Podman name a container.
    static func container(_ path: String) -> String? {
        for component in path.split(separator: "/").reversed() {
            for word in component.split(whereSeparator: { $0 == "-" || $0 == "." || $0 == ":" })
            where word.utf8.count == 64 && word.allSatisfy(\.isHexDigit) {
                return String(word)
            }
        }
        return nil
    }
}
