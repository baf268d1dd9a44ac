private import CLinux
private import Glibc

/// Which files a command may reach, whoever it runs as (Landlock, landlock(7)). Everything below a path is meant with it. It holds for the
/// command and all that it starts, and cannot be lifted.
///
/// Not covered by the kernel: what is open already; metadata (chmod(2), chown(2), utimes); and Unix sockets, by which a service outside
/// can be asked to do what the command may not.
package struct FileRestriction: Sendable, Hashable {
    /// What may be read and executed; nil for everything.
    package var readablePaths: [String]?
    /// What may be written, made and removed, and read too.
    package var writablePaths: [String]

    package init(readablePaths: [String]?, writablePaths: [String]) {
        self.readablePaths = readablePaths
        self.writablePaths = writablePaths
    }

    /// What nearly every dynamically linked program reads.
    package static let systemPaths = [
        "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/alternatives",
    ]

    /// Those of them that this host has.
    package static var systemPathsHere: [String] {
        systemPaths.filter { path in (try? FileTree().exists(path)) ?? false }
    }

    /// Devices without content, which programs expect to have.
    private static let harmlessDevices = [
        "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty",
    ]

    /// Linux 6.2: before it, files outside could still be cut to nothing (`LANDLOCK_ACCESS_FS_TRUNCATE`).
    private static let versionNeeded: Int32 = 3

    // Rights by version of the ABI (include/uapi/linux/landlock.h).
    private static let execute: UInt64 = 1 << 0
    private static let writeFile: UInt64 = 1 << 1
    private static let readFile: UInt64 = 1 << 2
    private static let readDirectory: UInt64 = 1 << 3
    /// Removing, making every kind of file, renaming between directories: bits 4 to 13.
    private static let changeDirectory: UInt64 = 0x3ff0
    private static let truncate: UInt64 = 1 << 14
    /// Commands to devices (ABI 5, Linux 6.10).
    private static let deviceControl: UInt64 = 1 << 15
    /// Those that a rule for a single file may have.
    private static let fileRights = execute | writeFile | readFile | truncate | deviceControl

    /// The ruleset, with a right to read and execute `programs` themselves.
    func makeRuleset(programs: [SharedDescriptor]) throws(ExecutionError) -> SharedDescriptor {
        let version = bailey_landlock_version()
        guard version >= Self.versionNeeded else {
            throw .unavailable(
                feature: version < 0 ? "Landlock" : "Landlock's right to truncate files (Linux 6.2)",
                code: .unsupported)
        }
        let control = version >= 5 ? Self.deviceControl : 0
        let writing = Self.writeFile | Self.changeDirectory | Self.truncate | control
        let reading = Self.execute | Self.readFile | Self.readDirectory
        let handled = writing | (readablePaths == nil ? 0 : reading)
        do throws(SystemError) {
            let ruleset = SharedDescriptor(
                owning: try systemCall("create", on: "Landlock ruleset") { bailey_landlock_ruleset(handled) })
            for path in writablePaths { try Self.allow(path, (reading | writing) & handled, in: ruleset) }
            for path in readablePaths ?? [] { try Self.allow(path, reading & handled, in: ruleset) }
            for path in Self.harmlessDevices {
                let rights = (Self.readFile | Self.writeFile | Self.truncate | control) & handled
                try Self.allow(path, rights, in: ruleset, isOptional: true)
            }
            if readablePaths != nil {
                for program in programs {
                    try Self.allow(program, Self.execute | Self.readFile, in: ruleset, subject: "the program")
                }
            }
            return ruleset
        } catch {
            throw .preparation(error)
        }
    }

    private static func allow(
        _ path: String, _ rights: UInt64, in ruleset: SharedDescriptor, isOptional: Bool = false
    ) throws(SystemError) {
        do throws(SystemError) {
            let place = SharedDescriptor(
                owning: try systemCall("open", on: path) { bailey_open(path, bailey_O_PATH, 0) })
            try allow(place, rights, in: ruleset, subject: path)
        } catch  where isOptional && error.isAbsence {
            // A device that is not there needs no right.
        }
    }

    private static func allow(
        _ place: SharedDescriptor, _ rights: UInt64, in ruleset: SharedDescriptor, subject: String
    ) throws(SystemError) {
        let isDirectory = try place.descriptor.metadata(subject: subject).kind == .directory
        let allowed = isDirectory ? rights : rights & fileRights
        guard allowed != 0 else { return }
        let (number, placeNumber) = (ruleset.number, place.number)
        try systemCall("allow", on: subject) { bailey_landlock_allow(number, placeNumber, allowed) }
    }
}
