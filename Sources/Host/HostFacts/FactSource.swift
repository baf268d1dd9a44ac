import HostModel
import LinuxSystem

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

    /// Whether a program of that name runs; nil when processes could not be seen. The name is that of the program file, and of the
    /// process where the file may not be read.
    func isRunning(_ program: String) -> Bool? {
        processes.value.map { $0.contains { $0.runs(program) } }
    }
}

extension HostProcess {
    /// Whether this is the program of that name. The kernel keeps 15 bytes of a name.
    func runs(_ program: String) -> Bool {
        if let executable { return executable.split(separator: "/").last.map { $0 == program } ?? false }
        return name == program.prefix(15)
    }
}
