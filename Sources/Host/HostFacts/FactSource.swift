import HostModel
import LinuxSystem
private import ProcessInventory

/// What collectors read from and share: the tree, the kernel, and what one of them parsed that others need too. Each part is read when
/// it is first asked for, and once.
final class FactSource {
    let tree: FileTree
    /// The tree is that of the running system.
    let isLive: Bool
    let kernel: KernelSource

    init(tree: FileTree, isLive: Bool, kernel: KernelSource) {
        self.tree = tree
        self.isLive = isLive
        self.kernel = kernel
    }

    private(set) lazy var processes: Observation<[HostProcess]> =
        isLive ? ProcessList.read(tree) : .unseen(.notRunning("processes"))
    private(set) lazy var accounts: Observation<AccountDatabase> = AccountFiles(tree).read()
    private(set) lazy var apt: Observation<AptConfiguration> = AptConfiguration.read(tree)
    private(set) lazy var journald: Observation<SettingsFile> = SettingsFile.systemd("journald.conf", in: tree)
    private(set) lazy var mounts: Observation<MountTable> = MountTable.read(self)
    private(set) lazy var packages: Observation<PackageDatabase> = PackageDatabase.read(tree)
    private(set) lazy var programs = ProgramDirectoryWalk(tree, writers: PathWriters(accounts.value))
    private(set) lazy var schedule: Observation<TaskSchedule> = ScheduleSurvey.read(self)
    private(set) lazy var sshServer: Observation<SSHServerConfiguration> = SSHServerReader(self).read()
    private(set) lazy var units: Observation<SystemdUnits> = readUnits()

    private func readUnits() -> Observation<SystemdUnits> {
        guard SystemdUnits.directories.contains(where: { tree.hasFile($0) }) else {
            return .absent(why: "this host does not use systemd", from: SystemdUnits.directories[0])
        }
        do throws(SystemError) {
            return .seen(try SystemdUnits(tree), from: "links in \(SystemdUnits.directories[0]) and its like")
        } catch {
            return .unseen(error.gap("systemd units"))
        }
    }

    /// The programs that give privilege away, and for those that do, whether a package brought them.
    func privilegedFiles() -> Observation<PrivilegedFileSurvey> {
        let walk = FileSystemWalk(self)
        guard walk.examined > 0 else { return .absent(why: "there are no files", from: tree.root) }
        let packaged = PackageFileLists(tree).packaged(among: Set(walk.found.map(\.file.path)))
        let files = walk.found.map { found in
            PrivilegedFile(
                file: found.file, capabilities: found.capabilities,
                isPackaged: packaged.value.map { $0.contains(found.file.path) })
        }
        var survey = PrivilegedFileSurvey(
            files: files, examined: walk.examined, closedDirectories: walk.closedDirectories,
            inertMounts: walk.inertMounts, gaps: walk.gaps)
        if case .unseen(let gap) = packaged, !files.isEmpty { survey.gaps.append(gap) }
        return .seen(survey, from: "modes of \(walk.examined) files, and the file lists of dpkg")
    }

    /// Whether a program of that name runs; nil when processes could not be seen. The name is that of the program file, and of the
    /// process where the file may not be read.
    func isRunning(_ program: String) -> Bool? {
        processes.value.map { $0.contains { $0.runs(program) } }
    }
}
