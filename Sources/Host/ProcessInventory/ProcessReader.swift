package import HostModel
package import LinuxSystem
private import Masking

private import struct FoundationEssentials.Date

/// Reads what a process is from `/proc/PID` (proc(5)) of a file tree.
package struct ProcessReader: Sendable {
    /// `PF_KTHREAD` of the kernel's flags (field 9 of `stat`).
    private static let kernelThreadFlag: UInt64 = 0x0020_0000

    /// Seconds from the epoch to the host's start, and how many clock ticks a second has (`USER_HZ`).
    private let bootTime: Double
    private let ticksPerSecond: Double
    private let tree: FileTree
    private let ownMap: [UInt8]?

    package init(_ tree: FileTree) throws(SystemError) {
        self.tree = tree
        // Without it every process counts as the host's.
        ownMap = try? tree.contents(of: "/proc/self/uid_map", limit: 4096)
        let line = try tree.lines(of: "/proc/stat", limit: 16 << 20).first { $0.hasPrefix("btime ") }
        guard let seconds = line.flatMap({ Double($0.dropFirst(6)) }) else {
            throw SystemError("read the boot time from", "/proc/stat", code: .invalid)
        }
        bootTime = seconds
        ticksPerSecond = Double(CurrentProcess.clockTicksPerSecond)
    }

    /// Nil when the process has ended, or when its id has been given to one that started after `latestStart` (clock ticks since boot).
    package func read(
        _ id: ProcessID, in proc: borrowing Directory, startedBefore latestStart: UInt64 = .max
    ) -> HostProcess? {
        guard let directory = try? proc.directory(id.description),  // absence is the answer: it ended
            let stat = try? directory.prefix(of: "stat", limit: 4096), let fields = ProcessStatus(stat),
            fields.startTicks <= latestStart
        else { return nil }
        let isKernelThread = fields.flags & Self.kernelThreadFlag != 0
        // Each of these may be refused for another user's process, or be gone by now; what is left unsaid is nil or empty.
        let link = isKernelThread ? nil : try? directory.linkTarget("exe")
        let command = isKernelThread ? [] : (try? directory.prefix(of: "cmdline", limit: 4096)) ?? []
        let status = (try? directory.prefix(of: "status", limit: 4096)) ?? []
        let user = Self.effectiveUser(status)
        let deletedMark = " (deleted)"
        let isDeleted = link?.hasSuffix(deletedMark) ?? false
        var process = HostProcess(
            id: id, parentID: ProcessID(fields.parent),
            startedAt: Date(timeIntervalSince1970: bootTime + Double(fields.startTicks) / ticksPerSecond),
            name: fields.name, executable: isDeleted ? link.map { String($0.dropLast(deletedMark.count)) } : link,
            commandLine: Self.arguments(command), userID: UserID(user ?? UInt32.max))
        process.isExecutableDeleted = isDeleted
        process.login = Self.login(in: directory)
        process.effectiveCapabilities = Self.effectiveCapabilities(status)
        if process.effectiveCapabilities != 0 { process.hasOwnUserNamespace = isInOtherUserNamespace(directory) }
        if let link, !isDeleted { process.isExecutableElsewhere = isElsewhere(link, of: directory) }
        // A kernel without control groups has no such file.
        if let text = try? directory.prefix(of: "cgroup", limit: 16 << 10) {
            process.cgroup = ControlGroupPath.path(inProcFile: text)
            process.unit = process.cgroup.flatMap(ControlGroupPath.unit)
            process.container = process.cgroup.flatMap(ControlGroupPath.container)
        }
        return process
    }

    /// All ones when no login set it (`loginuid`); a kernel without auditing has no such file, and sets it for nobody.
    private static func login(in directory: borrowing Directory) -> HostProcess.Login {
        do throws(SystemError) {
            let text = String(decoding: try directory.prefix(of: "loginuid", limit: 32), as: UTF8.self)
            guard let number = UInt32(text.prefix { $0.isASCII && $0.isNumber }) else { return .unseen }
            return number == UInt32.max ? .none : .user(UserID(number))
        } catch {
            return error.isAbsence ? .none : .unseen
        }
    }

    /// Whether user ids mean something else there than here: the map of a process of this namespace reads like one's own
    /// (user_namespaces(7)). What may not be read is taken for the host's.
    private func isInOtherUserNamespace(_ process: borrowing Directory) -> Bool {
        guard let ownMap, let map = try? process.prefix(of: "uid_map", limit: 4096), !map.isEmpty else { return false }
        return map != ownMap
    }

    /// Whether the file that runs is another one than the tree has at its path. Where either may not be looked at, it is taken for the
    /// same.
    private func isElsewhere(_ path: String, of process: borrowing Directory) -> Bool {
        guard let running = try? process.metadata(of: "exe") else { return false }
        do throws(SystemError) {
            let here = try tree.metadata(of: path)
            return (here.device, here.inode) != (running.device, running.inode)
        } catch {
            return error.isAbsence
        }
    }

    /// Arguments end with a zero byte each; a process may overwrite them with anything. Secrets among them, which every user of the host
    /// can read there, are not carried on into documents that live longer.
    private static func arguments(_ bytes: [UInt8]) -> [String] {
        var pieces = bytes.split(separator: 0, omittingEmptySubsequences: false)
        while pieces.last?.isEmpty == true { pieces.removeLast() }
        return SecretMasking.masked(arguments: pieces.map { String(decoding: $0, as: UTF8.self) })
    }

    /// The second number of `Uid: real effective saved filesystem`.
    private static func effectiveUser(_ status: [UInt8]) -> UInt32? {
        let numbers = value(of: "Uid:", in: status).split { $0 == 0x09 || $0 == 0x20 }
        return numbers.count >= 2 ? UInt32(String(decoding: numbers[1], as: UTF8.self)) : nil
    }

    /// Sixteen hexadecimal digits.
    private static func effectiveCapabilities(_ status: [UInt8]) -> UInt64 {
        let digits = value(of: "CapEff:", in: status).drop { $0 == 0x09 || $0 == 0x20 }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
    }

    private static func value(of key: String, in status: [UInt8]) -> ArraySlice<UInt8> {
        status.split(separator: 0x0a).first { $0.starts(with: key.utf8) }?.dropFirst(key.utf8.count) ?? []
    }
}
