/// The kernel's audit subsystem (auditctl(8)) and the rules written for it.
package struct AuditState: Sendable, Hashable {
    /// What the kernel says of itself.
    package struct Kernel: Sendable, Hashable {
        package var isEnabled: Bool
        /// The rules cannot be changed until the next boot.
        package var isLocked: Bool
        /// The process that takes the records; 0 when none does.
        package var daemon: ProcessID
        package var lostRecords: UInt32

        package init(isEnabled: Bool, isLocked: Bool, daemon: ProcessID, lostRecords: UInt32) {
            self.isEnabled = isEnabled
            self.isLocked = isLocked
            self.daemon = daemon
            self.lostRecords = lostRecords
        }
    }

    package var kernel: Observation<Kernel>
    /// Whether auditd is installed in the tree.
    package var isInstalled: Bool
    /// Whether its process runs; nil in a tree that is not running.
    package var isDaemonRunning: Bool?
    /// The rules that are loaded at boot, one an entry, in the words of auditctl(8), control settings left out.
    package var rules: Observation<[String]>

    package init(
        kernel: Observation<Kernel>, isInstalled: Bool, isDaemonRunning: Bool?, rules: Observation<[String]>
    ) {
        self.kernel = kernel
        self.isInstalled = isInstalled
        self.isDaemonRunning = isDaemonRunning
        self.rules = rules
    }
}
