import HostModel
import LinuxSystem

import struct FoundationEssentials.Date

/// Looks for signs that the host is backed up: programs, what they are told, what starts them, and what they wrote about the last run.
struct BackupSurvey {
    /// A backup program by the files that show it.
    private struct Tool {
        var name: String
        var programs: [String]
        /// Paths or patterns of files that tell it what to do.
        var configurations: [String] = []
    }

    private static let tools = [
        Tool(
            name: "restic", programs: ["/usr/bin/restic", "/usr/local/bin/restic"],
            configurations: ["/etc/restic/*", "/etc/restic.env", "/etc/resticprofile/*"]),
        Tool(name: "borg", programs: ["/usr/bin/borg", "/usr/local/bin/borg"]),
        Tool(
            name: "borgmatic", programs: ["/usr/bin/borgmatic", "/usr/local/bin/borgmatic"],
            configurations: ["/etc/borgmatic/config.yaml", "/etc/borgmatic.d/*.yaml"]),
        Tool(
            name: "duplicity", programs: ["/usr/bin/duplicity"],
            configurations: ["/etc/duply/*/conf", "/etc/duplicity/*"]),
        Tool(name: "rsnapshot", programs: ["/usr/bin/rsnapshot"], configurations: ["/etc/rsnapshot.conf"]),
        Tool(name: "backupninja", programs: ["/usr/sbin/backupninja"], configurations: ["/etc/backup.d/*"]),
        Tool(name: "bacula-fd", programs: ["/usr/sbin/bacula-fd"], configurations: ["/etc/bacula/bacula-fd.conf"]),
        Tool(
            name: "bareos-fd", programs: ["/usr/sbin/bareos-fd"],
            configurations: ["/etc/bareos/bareos-fd.d/director/*.conf"]),
        Tool(
            name: "kopia", programs: ["/usr/bin/kopia", "/usr/local/bin/kopia"],
            configurations: ["/root/.config/kopia/repository.config"]),
        Tool(name: "proxmox-backup-client", programs: ["/usr/bin/proxmox-backup-client"]),
        Tool(
            name: "urbackupclient",
            programs: ["/usr/sbin/urbackupclientbackend", "/usr/local/sbin/urbackupclientbackend"]),
        Tool(name: "rclone", programs: ["/usr/bin/rclone", "/usr/local/bin/rclone"]),
        Tool(name: "sanoid", programs: ["/usr/sbin/sanoid"], configurations: ["/etc/sanoid/sanoid.conf"]),
    ]

    private let source: FactSource
    private var found: [BackupEvidence] = []
    private var gap: Gap?

    private init(_ source: FactSource) { self.source = source }

    static func read(_ source: FactSource) -> Observation<[BackupEvidence]> {
        var survey = BackupSurvey(source)
        for tool in tools { survey.look(for: tool) }
        survey.lookAtSchedule()
        survey.lookAtBorgRecords()
        survey.lookAtResticCache()
        survey.lookAtDuplicityRecords()
        survey.lookAtLog("/var/log/rsnapshot.log", of: "rsnapshot", success: "completed successfully")
        survey.lookAtLog("/var/log/backupninja.log", of: "backupninja", success: "0 fatal. 0 error")
        if survey.found.isEmpty {
            if let gap = survey.gap { return .unseen(gap) }
            return .absent(
                why: "no backup program, configuration or schedule was found", from: "programs, crontabs and timers")
        }
        return .seen(survey.found, from: "programs, configurations, schedules and records of backups")
    }

    private mutating func look(for tool: Tool) {
        if let program = tool.programs.first(where: { source.tree.hasFile($0) }) {
            found.append(.init(tool: tool.name, kind: .installed, date: nil, location: program))
        }
        for path in expand(tool.configurations) where source.tree.observeFile(path).value?.kind == .regular {
            found.append(.init(tool: tool.name, kind: .configured, date: nil, location: path))
        }
    }

    /// Names of directories that may not be listed are a gap, not a sign that nothing is there.
    private mutating func expand(_ patterns: [String]) -> [String] {
        var paths: [String] = []
        for pattern in patterns {
            do throws(SystemError) {
                paths += try PathPattern(pattern).expand(in: source.tree)
            } catch {
                gap = gap ?? error.gap(pattern)
            }
        }
        return Array(paths.prefix(200))
    }

    private mutating func lookAtSchedule() {
        let names =
            Self.tools.map(\.name) + ["duply", "timeshift", "snapper", "autopostgresqlbackup", "automysqlbackup"]
        guard let schedule = source.schedule.value else { return }
        gap = gap ?? schedule.gaps.first
        for task in schedule.tasks where task.isEnabled {
            let words = task.command.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            guard let tool = names.first(where: { words.contains(Substring($0)) }) else { continue }
            found.append(.init(tool: tool, kind: .scheduled, date: nil, location: task.location))
            // systemd touches it at each start of a timer that is persistent.
            guard task.kind == .timer, let name = task.location.split(separator: "/").last else { continue }
            ran(tool, "/var/lib/systemd/timers/stamp-\(name)")
        }
    }

    private mutating func ran(_ tool: String, _ path: String) {
        guard let file = source.tree.observeFile(path).value else { return }
        found.append(
            .init(tool: tool, kind: .ran, date: Date(timeIntervalSince1970: Double(file.modifiedAt)), location: path))
    }

    /// Borg notes the time of the newest archive list it wrote to each repository, to detect replay.
    private mutating func lookAtBorgRecords() {
        for path in expand(["/root/.config/borg/security/*/manifest-timestamp"]) {
            guard let file = source.tree.observeFile(path).value else { continue }
            found.append(
                .init(
                    tool: "borg", kind: .succeeded, date: Date(timeIntervalSince1970: Double(file.modifiedAt)),
                    location: path))
        }
    }

    /// Restic keeps the snapshots it knows, one file each: the newest was written by the last backup, or by the last look at the list.
    private mutating func lookAtResticCache() {
        for path in expand(["/root/.cache/restic/*/snapshots"]) { ran("restic", path) }
    }

    /// A manifest is written last, when all volumes are stored.
    private mutating func lookAtDuplicityRecords() {
        let manifests = expand(["/root/.cache/duplicity/*/*.manifest*"]).compactMap {
            source.tree.observeFile($0).value
        }
        guard let newest = manifests.max(by: { $0.modifiedAt < $1.modifiedAt }) else { return }
        found.append(
            .init(
                tool: "duplicity", kind: .succeeded, date: Date(timeIntervalSince1970: Double(newest.modifiedAt)),
                location: newest.path))
    }

    /// The log's own last change is the date of its last line.
    private mutating func lookAtLog(_ path: String, of tool: String, success: String) {
        guard let text = source.tree.observeText(path).value, let file = source.tree.observeFile(path).value,
            let last = text.split(separator: "\n").last
        else { return }
        found.append(
            .init(
                tool: tool, kind: last.contains(success) ? .succeeded : .ran,
                date: Date(timeIntervalSince1970: Double(file.modifiedAt)), location: path))
    }
}
