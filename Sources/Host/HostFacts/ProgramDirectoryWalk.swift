import HostModel
import LinuxSystem

/// One pass over the directories that programs are run from: it finds whatever somebody else than root can change.
struct ProgramDirectoryWalk {
    private static let directories = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]
    /// Where programs keep helpers that are not for people to call.
    private static let helperDirectories = [
        "/usr/libexec", "/usr/local/libexec", "/usr/games", "/usr/lib/openssh", "/usr/lib/dbus-1.0",
        "/usr/lib/polkit-1", "/usr/lib/policykit-1", "/usr/lib/eject", "/usr/lib/xorg", "/usr/lib/snapd",
        "/usr/lib/chromium", "/usr/lib/virtualbox", "/usr/lib/mysql/plugin/auth_pam_tool_dir",
        "/usr/lib/x86_64-linux-gnu/utempter", "/usr/lib/aarch64-linux-gnu/utempter",
        "/usr/lib/x86_64-linux-gnu/gstreamer1.0/gstreamer-1.0", "/usr/libexec/polkit-agent-helper-1",
        "/usr/libexec/cups",
    ]
    private(set) var examined = 0
    private(set) var writable: [WritablePrivilegedPath] = []
    private(set) var gaps: [Gap] = []
    private let tree: FileTree
    private let writers: PathWriters
    /// Two paths may lead to one directory: `/bin` is a link on most hosts.
    private var seen: Set<[UInt64]> = []

    init(_ tree: FileTree, writers: PathWriters) {
        self.tree = tree
        self.writers = writers
        for directory in Self.directories { walk(directory, role: .searchPath) }
        for directory in Self.helperDirectories { walk(directory, role: .searchPath) }
    }

    private mutating func walk(_ path: String, role: WritablePrivilegedPath.Role) {
        let file: HostFile
        switch tree.observeFile(path) {
        case .seen(let found, _): file = found
        case .absent: return
        case .unseen(let gap):
            gaps.append(gap)
            return
        }
        guard file.kind == .directory, let identity = try? tree.metadata(of: path),
            seen.insert([identity.device, identity.inode]).inserted
        else { return }
        examine(file, role)
        do throws(SystemError) {
            let directory = try tree.directory(path)
            for entry in try directory.entries() {
                if entry.kind == .symbolicLink { examineTarget(of: "\(path)/\(entry.name)", role) }
                guard entry.kind == .regular || entry.kind == .unknown else { continue }
                // Removed meanwhile: then it is no longer there to run.
                guard let metadata = try? directory.metadata(of: entry.name, followingLinks: false),
                    metadata.kind == .regular
                else {
                    continue
                }
                examine(HostFile(path: "\(path)/\(entry.name)", metadata), role)
            }
        } catch {
            if !error.isAbsence { gaps.append(error.gap(path)) }
        }
    }

    /// What a link in a directory of programs leads to is run by the link's name.
    private mutating func examineTarget(of link: String, _ role: WritablePrivilegedPath.Role) {
        switch tree.observeFile(link) {
        case .seen(let file, _) where file.kind == .regular: examine(file, role)
        case .seen, .absent: return
        case .unseen(let gap): gaps.append(gap)
        }
    }

    private mutating func examine(_ file: HostFile, _ role: WritablePrivilegedPath.Role) {
        examined += 1
        guard let who = writers.othersThanRoot(of: file, allowingSystemOwner: true) else { return }
        writable.append(WritablePrivilegedPath(file: file, role: role, writableBy: who))
    }
}

/// Says who can change a file.
struct PathWriters {
    private let accounts: AccountDatabase?

    init(_ accounts: AccountDatabase?) { self.accounts = accounts }

    /// Nil when only root can. A group that nobody is in cannot write, whatever the mode says.
    ///
    /// - Parameter allowingSystemOwner: a program may belong to the service account it runs as: `at` does.
    func othersThanRoot(of file: HostFile, allowingSystemOwner: Bool) -> String? {
        if file.kind == .link { return nil }
        if file.isWritableByAnyone { return "everybody" }
        if file.owner != .root {
            let isPerson =
                accounts.map { $0.personIDs.contains(file.owner.rawValue) || $0.user(file.owner) == nil } ?? true
            if isPerson || !allowingSystemOwner {
                return "owner \(accounts?.name(of: file.owner) ?? file.owner.description)"
            }
        }
        guard file.isWritableByGroup, file.group != 0 else { return nil }
        guard let accounts, let group = accounts.groups.first(where: { $0.groupID == file.group }) else {
            return "group \(file.group)"
        }
        let members = accounts.members(of: group).filter { $0 != "root" }
        return members.isEmpty ? nil : "group \(group.name) (\(members.joined(separator: ", ")))"
    }
}
