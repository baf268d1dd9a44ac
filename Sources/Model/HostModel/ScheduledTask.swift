/// Something that a host runs by itself at set times.
package struct ScheduledTask: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// crontab(5): the system's own or a user's.
        case cron
        /// A file in `/etc/cron.hourly` and its like.
        case cronDirectory = "cron-directory"
        /// systemd.timer(5).
        case timer
    }

    package var kind: Kind
    /// `path:line`, the path of a file, or the path of a unit.
    package var location: String
    /// The account it runs as.
    package var user: String
    /// As written: `17 3 * * *`, `daily`, `OnCalendar=…`.
    package var schedule: String
    package var command: String
    /// A timer that nothing enables does not run.
    package var isEnabled: Bool

    package init(
        kind: Kind, location: String, user: String, schedule: String, command: String, isEnabled: Bool = true
    ) {
        self.kind = kind
        self.location = location
        self.user = user
        self.schedule = schedule
        self.command = command
        self.isEnabled = isEnabled
    }
}

/// What a host runs by itself, and the parts of it that could not be read.
package struct TaskSchedule: Sendable, Hashable {
    package var tasks: [ScheduledTask]
    package var gaps: [Gap]

    package init(tasks: [ScheduledTask], gaps: [Gap]) {
        self.tasks = tasks
        self.gaps = gaps
    }
}
