package import struct FoundationEssentials.Date

/// How current a host's software is.
package struct UpdateState: Sendable, Hashable {
    /// When the package lists were last fetched whole.
    package var listsRefreshedAt: Observation<Date>
    /// Whether something applies security updates without a person; the text says what, or what is missing.
    package var automaticUpdates: Observation<AutomaticUpdates>
    /// Nil when nothing asks for a restart; else the packages that ask.
    package var rebootRequestedBy: [String]?
    /// Release of the running kernel; unseen in a tree that is not running.
    package var runningKernel: Observation<String>
    /// Releases of the kernels installed in `/boot`, newest first; empty where a host has none of its own (containers, some clouds).
    package var installedKernels: [String]

    package struct AutomaticUpdates: Sendable, Hashable {
        /// The program: `unattended-upgrades`, `dnf-automatic`.
        package var program: String
        /// `APT::Periodic::Update-Package-Lists` and `APT::Periodic::Unattended-Upgrade` in days; 0 is never.
        package var listsEveryDays: Int
        package var upgradeEveryDays: Int
        /// The unit that starts it is enabled.
        package var isScheduled: Bool
        /// The origins it takes updates from, as written.
        package var origins: [String]

        package init(
            program: String, listsEveryDays: Int, upgradeEveryDays: Int, isScheduled: Bool, origins: [String]
        ) {
            self.program = program
            self.listsEveryDays = listsEveryDays
            self.upgradeEveryDays = upgradeEveryDays
            self.isScheduled = isScheduled
            self.origins = origins
        }
    }

    package init(
        listsRefreshedAt: Observation<Date>, automaticUpdates: Observation<AutomaticUpdates>,
        rebootRequestedBy: [String]?, runningKernel: Observation<String>, installedKernels: [String]
    ) {
        self.listsRefreshedAt = listsRefreshedAt
        self.automaticUpdates = automaticUpdates
        self.rebootRequestedBy = rebootRequestedBy
        self.runningKernel = runningKernel
        self.installedKernels = installedKernels
    }
}
