private import CLinux
private import Glibc

/// What a process is, read from `/proc/PID` (proc(5)) while a handle holds it: nothing in it is from another process of the same number.
/// What could not be read is nil and stands in `unseen`.
package struct ProcessIdentity: Sendable, Hashable {
    package let id: Int32
    /// Clock ticks from the start of the host; with the id it names the process for as long as the host runs.
    package let startTicks: UInt64
    /// Its name for itself (`comm`), which it may change.
    package let name: String
    package let user: UInt32
    package let session: Int32
    /// Whether it leads its session.
    package var isSessionLeader: Bool { id == session }
    /// Who logged in, however the process changed its user since (`loginuid`); nil where nobody did.
    package let loginUser: UInt32?
    /// The audit session of that login (`sessionid`); nil where there is none.
    package let auditSession: UInt32?
    /// The path of its controlling terminal's device; nil without one.
    package let terminal: String?
    package let controlGroup: String?
    /// The systemd unit or scope it belongs to.
    package let unit: String?
    /// Its program file as the kernel names it, ` (deleted)` behind a file that is gone.
    package let executable: String?
    /// Its parent and so on to process 1, or as far as they could be seen.
    package let ancestors: [Ancestor]
    /// What could not be read, and why.
    package let unseen: [SystemError]

    package struct Ancestor: Sendable, Hashable {
        package let id: Int32
        package let startTicks: UInt64
        package let user: UInt32
        package let executable: String?
    }

    /// A chain longer than this is cut, and said to be in `unseen`.
    package static let ancestorLimit = 64

    package init(of process: ProcessHandle) throws(SystemError) {
        let directory = try Directory(opening: "/proc/\(process.id)")
        var unseen: [SystemError] = []
        let status = try Self.status(in: directory)
        let user = try Self.user(of: process, in: directory)
        id = process.id
        (startTicks, name, session) = (status.startTicks, status.name, status.session)
        self.user = user
        loginUser = Self.number(in: directory, "loginuid", &unseen)
        auditSession = Self.number(in: directory, "sessionid", &unseen)
        executable = Self.executable(in: directory, &unseen)
        controlGroup = Self.controlGroup(in: directory, &unseen)
        unit = controlGroup.flatMap(ControlGroupPath.unit)
        terminal = TerminalDevice.path(ofDevice: status.terminal)
        if terminal == nil, status.terminal != 0 {
            unseen.append(SystemError("find the terminal of", directory.path, code: .notFound))
        }
        ancestors = Self.ancestors(from: status.parent, of: process, in: directory, &unseen)
        self.unseen = unseen
        // Everything above was read by number; the number was this process's all the while if it still is.
        guard process.holdsItsNumber else { throw SystemError("identify", "process \(process.id)", code: .noProcess) }
    }

    private static func status(in directory: borrowing Directory) throws(SystemError) -> ProcessStatus {
        guard let status = ProcessStatus(try directory.prefix(of: "stat", limit: 4096)) else {
            throw SystemError("read", "\(directory.path)/stat", code: .invalid)
        }
        return status
    }

    private static func parent(
        of process: ProcessHandle, in directory: borrowing Directory
    ) throws(SystemError) -> Int32 {
        if let lineage = process.lineage { return lineage.parent }
        return try status(in: directory).parent
    }

    /// Its effective user. The kernel writes fifty lines where `status` is read for one number.
    private static func user(
        of process: ProcessHandle, in directory: borrowing Directory
    ) throws(SystemError) -> UInt32 {
        if let lineage = process.lineage { return lineage.user }
        return try user(inStatusOf: directory)
    }

    /// The second number of `Uid: real effective saved filesystem`.
    static func user(inStatusOf directory: borrowing Directory) throws(SystemError) -> UInt32 {
        var rest = try directory.prefix(of: "status", limit: 8192)[...]
        while !rest.isEmpty, !rest.starts(with: "Uid:".utf8) {
            rest = rest[((rest.firstIndex(of: 0x0A) ?? rest.endIndex - 1) + 1)...]
        }
        let numbers = rest.prefix { $0 != 0x0A }.split(separator: 0x09)
        guard numbers.count == 5, let user = UInt32(decimal: numbers[2]) else {
            throw SystemError("read", "\(directory.path)/status", code: .invalid)
        }
        return user
    }

    /// A number that is all ones when it was never set.
    private static func number(
        in directory: borrowing Directory, _ name: String, _ unseen: inout [SystemError]
    ) -> UInt32? {
        do throws(SystemError) {
            let text = String(decoding: try directory.prefix(of: name, limit: 32), as: UTF8.self)
            guard let number = UInt32(text.prefix { $0.isNumber }) else {
                throw SystemError("read", "\(directory.path)/\(name)", code: .invalid)
            }
            return number == UInt32.max ? nil : number
        } catch {
            unseen.append(error)
            return nil
        }
    }

    private static func executable(in directory: borrowing Directory, _ unseen: inout [SystemError]) -> String? {
        do throws(SystemError) {
            return try directory.linkTarget("exe")
        } catch {
            unseen.append(error)
            return nil
        }
    }

    private static func controlGroup(in directory: borrowing Directory, _ unseen: inout [SystemError]) -> String? {
        do throws(SystemError) {
            return ControlGroupPath.path(inProcFile: try directory.prefix(of: "cgroup", limit: 16 << 10))
        } catch {
            unseen.append(error)
            return nil
        }
    }

    /// Each parent is held before it is read, and its child asked once more for its parent after that: so it is the parent that is held.
    private static func ancestors(
        from first: Int32, of process: ProcessHandle, in directory: consuming Directory, _ unseen: inout [SystemError]
    ) -> [Ancestor] {
        var ancestors: [Ancestor] = []
        var child = process
        var childDirectory = directory
        var parent = first
        do throws(SystemError) {
            while parent > 0 {
                guard ancestors.count < ancestorLimit else {
                    throw SystemError("follow", "the ancestors of process \(process.id)", code: .tooLarge)
                }
                let handle = try ProcessHandle(opening: parent)
                let again = try Self.parent(of: child, in: childDirectory)
                guard child.holdsItsNumber, again == parent else {
                    // It was handed to another parent meanwhile, which is its parent from now on.
                    guard child.holdsItsNumber else {
                        throw SystemError("follow", "process \(child.id)", code: .noProcess)
                    }
                    parent = again
                    continue
                }
                let parentDirectory = try Directory(opening: "/proc/\(parent)")
                let status = try status(in: parentDirectory)
                let ancestor = Ancestor(
                    id: parent, startTicks: status.startTicks, user: try user(of: handle, in: parentDirectory),
                    executable: executable(in: parentDirectory, &unseen))
                guard handle.holdsItsNumber else { throw SystemError("follow", "process \(parent)", code: .noProcess) }
                ancestors.append(ancestor)
                (child, parent) = (handle, status.parent)
                childDirectory = parentDirectory
            }
        } catch {
            unseen.append(error)
        }
        return ancestors
    }
}
