/// Where a host's log goes: who writes it, whether it outlives a boot, and who else gets it.
package struct LoggingState: Sendable, Hashable {
    /// A place outside the host that records are sent to.
    package struct Forwarding: Sendable, Hashable {
        /// `host:port` or a URL, as written.
        package var target: String
        /// `rsyslog`, `syslog-ng`, `systemd-journal-upload`, `fluent-bit`, …
        package var program: String
        /// `path:line`
        package var location: String

        package init(target: String, program: String, location: String) {
            self.target = target
            self.program = program
            self.location = location
        }
    }

    /// Daemons that are installed, by program name, and whether each runs; nil in a tree that is not running.
    package var daemons: [String: Bool?]
    /// Where journald keeps its records: `persistent`, `volatile`, `none`; nil without journald.
    package var journalStorage: String?
    /// How that was concluded: the setting, and whether `/var/log/journal` is there.
    package var journalStorageReason: String
    package var forwardings: [Forwarding]

    package init(
        daemons: [String: Bool?], journalStorage: String?, journalStorageReason: String, forwardings: [Forwarding]
    ) {
        self.daemons = daemons
        self.journalStorage = journalStorage
        self.journalStorageReason = journalStorageReason
        self.forwardings = forwardings
    }
}
