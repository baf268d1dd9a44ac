package import struct FoundationEssentials.Date

/// A sign that something backs this host up.
package struct BackupEvidence: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// The program is there.
        case installed
        /// It is told what to back up, and to where.
        case configured
        /// A timer or cron entry runs it.
        case scheduled
        /// Its own records show a backup that ended well, at `date`.
        case succeeded
        /// Its records show that it ran at `date`, not how it ended.
        case ran
    }

    /// `restic`, `borg`, `borgmatic`, `duplicity`, `rsnapshot`, `backupninja`, `bacula-fd`, …
    package var tool: String
    package var kind: Kind
    package var date: Date?
    /// The path or `path:line` that shows it.
    package var location: String

    package init(tool: String, kind: Kind, date: Date?, location: String) {
        self.tool = tool
        self.kind = kind
        self.date = date
        self.location = location
    }
}
