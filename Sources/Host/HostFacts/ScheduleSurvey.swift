import HostModel
import LinuxSystem

/// Finds what cron(8) and systemd timers run.
struct ScheduleSurvey {
    private static let maximumTasks = 10_000
    private let source: FactSource
    private var tasks: [ScheduledTask] = []
    private var gaps: [Gap] = []

    private init(_ source: FactSource) { self.source = source }

    static func read(_ source: FactSource) -> Observation<TaskSchedule> {
        var survey = ScheduleSurvey(source)
        survey.readCron()
        survey.readTimers()
        return .seen(
            TaskSchedule(tasks: Array(survey.tasks.prefix(maximumTasks)), gaps: survey.gaps),
            from: "crontabs and systemd timers")
    }

    private mutating func readCron() {
        let isInstalled = ["/usr/sbin/cron", "/usr/sbin/crond", "/usr/sbin/anacron"].contains {
            source.tree.hasFile($0)
        }
        readTable("/etc/crontab", user: nil, isEnabled: isInstalled)
        for name in names(in: "/etc/cron.d") where isRunPartsName(name) {
            readTable("/etc/cron.d/\(name)", user: nil, isEnabled: isInstalled)
        }
        for name in names(in: "/var/spool/cron/crontabs") {
            readTable("/var/spool/cron/crontabs/\(name)", user: name, isEnabled: isInstalled)
        }
        for period in ["hourly", "daily", "weekly", "monthly"] {
            for name in names(in: "/etc/cron.\(period)") where isRunPartsName(name) {
                let path = "/etc/cron.\(period)/\(name)"
                tasks.append(
                    ScheduledTask(
                        kind: .cronDirectory, location: path, user: "root", schedule: period, command: path,
                        isEnabled: isInstalled))
            }
        }
    }

    /// run-parts(8): other names are not run.
    private func isRunPartsName(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5a) || ($0 >= 0x61 && $0 <= 0x7a) || $0 == 0x2d
                || $0 == 0x5f
        }
    }

    private mutating func names(in directory: String) -> [String] {
        switch source.tree.observeNames(directory) {
        case .seen(let names, _): return names.filter { !$0.hasPrefix(".") }
        case .absent: return []
        case .unseen(let gap):
            gaps.append(gap)
            return []
        }
    }

    /// - Parameter user: whose table it is; nil for one that names a user on each line (crontab(5)).
    private mutating func readTable(_ path: String, user: String?, isEnabled: Bool) {
        let text: String
        switch source.tree.observeText(path, limit: 1 << 20) {
        case .seen(let content, _): text = content
        case .absent: return
        case .unseen(let gap):
            gaps.append(gap)
            return
        }
        for line in ConfigurationText(text: text, path: path) where tasks.count < Self.maximumTasks {
            let times = line.text.first == "@" ? 1 : 5
            let fields = line.text.split(
                maxSplits: times + (user == nil ? 1 : 0), omittingEmptySubsequences: true, whereSeparator: \.isBlank)
            // An assignment (`PATH=…`) is no task.
            guard fields.count == times + (user == nil ? 2 : 1), !fields[0].contains("="), let command = fields.last
            else { continue }
            tasks.append(
                ScheduledTask(
                    kind: .cron, location: line.location, user: user ?? String(fields[times]),
                    schedule: fields[..<times].joined(separator: " "), command: String(command), isEnabled: isEnabled))
        }
    }

    private mutating func readTimers() {
        guard case .seen(let units, _) = source.units else {
            if case .unseen(let gap) = source.units { gaps.append(gap) }
            return
        }
        for (name, path) in units.paths.sorted(by: { $0.key < $1.key }) where name.hasSuffix(".timer") {
            guard !units.isMasked(name), let timer = unit(path) else { continue }
            let service = timer.value("Timer.Unit") ?? "\(name.dropLast(".timer".count)).service"
            let target = units.paths[service].flatMap { unit($0) }
            let schedule = ["OnCalendar", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec"]
                .flatMap { key in timer.values("Timer.\(key)").map { "\(key)=\($0)" } }
            tasks.append(
                ScheduledTask(
                    kind: .timer, location: path, user: target?.value("Service.User") ?? "root",
                    schedule: schedule.joined(separator: " "),
                    command: target?.values("Service.ExecStart").joined(separator: "; ") ?? service,
                    isEnabled: units.isEnabled(name) ?? false))
        }
    }

    private func unit(_ path: String) -> UnitFile? {
        source.tree.observeText(path, limit: 256 << 10).value.map { UnitFile($0, path: path) }
    }
}
