import HostFacts
import HostModel
import LinuxSystem
import SocketInventory

/// What a command looks at: this host, or the file tree that `--root` names.
struct HostSurvey {
    let tree: FileTree
    let identity: HostIdentity

    init(root: String) throws(CommandError) {
        do throws(SystemError) {
            tree = try FileTree(root: root)
        } catch {
            throw .couldNotRun(error, remedy: "--root names a directory that this user may enter")
        }
        identity = HostIdentity(of: tree, live: root == "/")
    }

    /// Every socket of the running host; a file tree has none to see.
    func sockets() -> Observation<SocketTable> {
        guard identity.isLive else {
            return .unseen(
                Gap(what: "sockets", why: "\(identity.root) is a file tree, and only a running system has sockets"))
        }
        return .seen(SocketCollector.collect(), from: "NETLINK_SOCK_DIAG and /proc")
    }

    /// Everything else that checks ask about.
    func collectFacts(_ keys: [FactKey], into snapshot: inout HostSnapshot) {
        HostFactsCollector(tree: tree, live: identity.isLive, kernel: identity.isLive ? .running : .none)
            .collect(keys: keys, into: &snapshot)
    }

    /// What the checks for ways around the privilege broker ask about.
    func collectPrivilegeFacts(
        _ keys: [FactKey], walksFileSystems: Bool = true, into snapshot: inout HostSnapshot
    ) {
        HostFactsCollector(tree: tree, live: identity.isLive, kernel: identity.isLive ? .running : .none)
            .collectPrivilege(keys: keys, walksFileSystems: walksFileSystems, into: &snapshot)
    }

    /// The sockets, for a command that is about nothing else.
    func requiredSockets() throws(CommandError) -> SocketTable {
        switch sockets() {
        case .seen(let table, _): return table
        case .absent(let why, let source): throw .couldNotRun(source, why)
        case .unseen(let gap):
            throw .couldNotRun(gap.what, gap.why, remedy: gap.remedy ?? "leave out --root to look at this host")
        }
    }
}
