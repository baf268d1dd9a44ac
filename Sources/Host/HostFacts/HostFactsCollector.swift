package import HostModel
package import LinuxSystem

/// Reads the facts of a host, other than its sockets, into a snapshot.
///
/// Nothing here needs root: what only root may read comes out as unseen, with that remedy. Nothing is run, and nothing outside `tree`
/// is read but through `kernel`.
package struct HostFactsCollector {
    private let source: FactSource

    /// - Parameter live: the tree is that of the running system, so `/proc` and the kernel speak for it.
    package init(tree: FileTree, live: Bool, kernel: KernelSource) {
        source = FactSource(tree: tree, isLive: live, kernel: live ? kernel : .none)
    }

    /// Fills in who there is and what sudo lets them do, and nothing else.
    package func collectAccounts(into snapshot: inout HostSnapshot) {
        snapshot.accounts = source.accounts
        snapshot.sudo = SudoersReader.read(source.tree)
    }

    /// Fills in every structured fact, and the simple facts of `keys`.
    package func collect(keys: some Sequence<FactKey>, into snapshot: inout HostSnapshot) {
        collectPrivilege(keys: keys, into: &snapshot)
        snapshot.sshServer = source.sshServer
        snapshot.firewall = source.kernel.firewall()
        snapshot.clock = source.kernel.clock()
        snapshot.audit = AuditSurvey(source).read()
        snapshot.logging = LoggingSurvey(source).read()
        snapshot.updates = UpdateSurvey(source).read()
        snapshot.schedule = source.schedule
        snapshot.homes = HomeSurvey(source).read()
        snapshot.backups = BackupSurvey.read(source)
    }

    /// Fills in what shows who has root's rights, and the simple facts of `keys`.
    ///
    /// - Parameter walksFileSystems: whether every file is looked at for rights of its own, which takes seconds on a large disk.
    package func collectPrivilege(
        keys: some Sequence<FactKey>, walksFileSystems: Bool = true, into snapshot: inout HostSnapshot
    ) {
        snapshot.accounts = source.accounts
        snapshot.processes = source.processes
        snapshot.sudo = SudoersReader.read(source.tree)
        snapshot.doas = DoasReader.read(source.tree)
        snapshot.polkit = PolkitReader.read(source.tree)
        snapshot.broker = BrokerSurvey(source).installation()
        snapshot.commandPolicy = BrokerSurvey(source).commandPolicy()
        if walksFileSystems { snapshot.privilegedFiles = source.privilegedFiles() }
        snapshot.privilegedPaths = PrivilegedPathSurveyor.read(source)
        (snapshot.agentGateways, snapshot.unreadableAgentHomes) = AgentGatewaySurvey(source).read()
        var collectors = FactCollectors(source)
        for key in keys where snapshot.facts[key] == nil {
            snapshot.facts[key] = collectors.observe(key)
        }
    }
}
