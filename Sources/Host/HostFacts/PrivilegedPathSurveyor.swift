import HostModel
import LinuxSystem

/// Looks at the files that decide what root runs: start-up scripts, crontabs, units, library paths, and the programs they name.
struct PrivilegedPathSurveyor {
    /// Paths are split by bytes: a slash with a combining mark behind it is another character to Swift, and the same path to the kernel.
    private static let slash = UInt8(ascii: "/")
    private static let configurations = [
        "/etc", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ld.so.conf",
        "/etc/ld.so.preload", "/etc/environment", "/etc/crontab", "/etc/anacrontab", "/etc/hosts", "/etc/resolv.conf",
        "/etc/nsswitch.conf", "/etc/fstab", "/etc/doas.conf", "/etc/sudo.conf", "/etc/bailey",
        "/etc/bailey/command-policy.yaml", "/etc/bailey/prompt-policy.yaml",
    ]
    private static let directories: [(path: String, role: WritablePrivilegedPath.Role)] = [
        ("/etc/cron.d", .cron), ("/etc/cron.hourly", .cron), ("/etc/cron.daily", .cron), ("/etc/cron.weekly", .cron),
        ("/etc/cron.monthly", .cron), ("/etc/profile.d", .script), ("/etc/init.d", .script),
        ("/etc/sudoers.d", .configuration), ("/etc/pam.d", .configuration), ("/etc/ssh", .configuration),
        ("/etc/ld.so.conf.d", .library), ("/etc/apt/apt.conf.d", .configuration),
        ("/etc/sysctl.d", .configuration), ("/etc/modprobe.d", .configuration), ("/etc/systemd", .systemdUnit),
        ("/etc/polkit-1/rules.d", .configuration), ("/etc/udev/rules.d", .configuration),
        ("/etc/logrotate.d", .cron), ("/etc/update-motd.d", .script), ("/etc/rc.local.d", .script),
        ("/etc/network/if-up.d", .script), ("/etc/network/if-pre-up.d", .script),
        ("/etc/NetworkManager/dispatcher.d", .script), ("/etc/kernel/postinst.d", .script),
        ("/etc/kernel/postrm.d", .script), ("/etc/bash_completion.d", .script), ("/var/spool/cron", .cron),
        ("/usr/lib", .library), ("/usr/local/lib", .library),
    ]
    /// Where PAM finds its modules; each is loaded into programs that run as root (pam(8)).
    private static let moduleDirectories = [
        "/usr/lib/security", "/lib/security", "/lib64/security", "/usr/lib64/security", "/usr/local/lib/security",
        "/usr/lib/x86_64-linux-gnu/security", "/usr/lib/aarch64-linux-gnu/security", "/lib/x86_64-linux-gnu/security",
        "/lib/aarch64-linux-gnu/security",
    ]
    private static let scripts = [
        "/etc/profile", "/etc/bash.bashrc", "/etc/rc.local", "/root", "/root/.profile", "/root/.bashrc",
        "/root/.bash_profile", "/root/.bash_login",
    ]

    private let source: FactSource
    private let writers: PathWriters
    private var survey: PrivilegedPathSurvey
    private var seen: Set<String> = []

    private init(_ source: FactSource) {
        self.source = source
        writers = PathWriters(source.accounts.value)
        let walk = source.programs
        survey = PrivilegedPathSurvey(examined: walk.examined, writable: walk.writable, gaps: walk.gaps)
    }

    static func read(_ source: FactSource) -> Observation<PrivilegedPathSurvey> {
        // Whose a group is decides whether it matters, so without accounts the answer would be half.
        if case .unseen(let gap) = source.accounts { return .unseen(gap) }
        var surveyor = PrivilegedPathSurveyor(source)
        for path in configurations { surveyor.examine(path, .configuration) }
        for path in scripts { surveyor.examine(path, .script) }
        for directory in directories { surveyor.examineAll(in: directory.path, directory.role) }
        for directory in SystemdUnits.directories { surveyor.examineAll(in: directory, .systemdUnit) }
        for directory in moduleDirectories { surveyor.examineAll(in: directory, .module) }
        surveyor.examine("/var/spool/cron/crontabs/root", .cron)
        surveyor.examineLibraryPaths()
        surveyor.examineSearchPath()
        surveyor.examineScheduledPrograms()
        surveyor.examineServices()
        if surveyor.survey.examined == 0, surveyor.survey.gaps.isEmpty {
            return .absent(why: "nothing that root relies on is there", from: source.tree.root)
        }
        return .seen(surveyor.survey, from: "modes and owners of \(surveyor.survey.examined) files")
    }

    private mutating func examineAll(in directory: String, _ role: WritablePrivilegedPath.Role) {
        guard source.tree.observeFile(directory).value?.kind == .directory else { return }
        examine(directory, role)
        do throws(SystemError) {
            let open = try source.tree.directory(directory)
            for entry in try open.entries() {
                // Read by the link's name; a masked unit is a link to /dev/null.
                if entry.kind == .symbolicLink {
                    examine("\(directory)/\(entry.name)", role)
                    continue
                }
                guard seen.insert("\(directory)/\(entry.name)").inserted,
                    let metadata = try? open.metadata(of: entry.name, followingLinks: false)  // removed meanwhile
                else { continue }
                examine(HostFile(path: "\(directory)/\(entry.name)", metadata), role)
            }
        } catch {
            if !error.isAbsence { survey.gaps.append(error.gap(directory)) }
        }
    }

    /// What ld.so(8) loads into every program: the directories of ld.so.conf and its like, and the libraries of ld.so.preload.
    private mutating func examineLibraryPaths() {
        let directory = "/etc/ld.so.conf.d"
        let names = source.tree.observeNames(directory).value ?? []
        let files = ["/etc/ld.so.conf"] + names.filter { $0.hasSuffix(".conf") }.map { "\(directory)/\($0)" }
        for file in files + ["/etc/ld.so.preload"] {
            guard let text = source.tree.observeText(file, limit: 256 << 10).value else { continue }
            for line in ConfigurationText(text: text, path: file).prefix(1000) {
                for word in line.text.split(whereSeparator: { " \t:,".contains($0) })
                where word.utf8.first == Self.slash {
                    examineWithDirectories(String(word), .library)
                }
            }
        }
    }

    /// The directories root's programs are found in, where that is set: login.defs(5), pam_env(8), crontabs and root's own start-up files.
    private mutating func examineSearchPath() {
        for (file, key) in [
            ("/etc/login.defs", "ENV_SUPATH"), ("/etc/environment", "PATH"), ("/etc/crontab", "PATH"),
            ("/etc/anacrontab", "PATH"), ("/root/.profile", "PATH"), ("/root/.bashrc", "PATH"),
        ] {
            guard let text = source.tree.observeText(file, limit: 256 << 10).value else { continue }
            for line in ConfigurationText(text: text, path: file) {
                guard let range = line.text.firstRange(of: key) else { continue }
                for word in line.text[range.upperBound...].split(whereSeparator: { " \t:=\"';".contains($0) })
                where word.utf8.first == Self.slash { examineWithDirectories(String(word), .searchPath) }
            }
        }
    }

    /// What root's cron entries and timers start, as far as they name it by its path.
    private mutating func examineScheduledPrograms() {
        if case .unseen(let gap) = source.schedule { survey.gaps.append(gap) }
        guard let schedule = source.schedule.value else { return }
        survey.gaps += schedule.gaps
        for task in schedule.tasks where task.user == "root" && task.isEnabled {
            for word in task.command.split(whereSeparator: { " \t;&|()<>'\"".contains($0) }).prefix(50)
            where word.utf8.first == Self.slash && !word.hasPrefix("/dev/") && !word.hasPrefix("/proc/") {
                examineWithDirectories(String(word), task.kind == .timer ? .systemdUnit : .cron)
            }
        }
    }

    /// What the enabled services start as root.
    private mutating func examineServices() {
        if case .unseen(let gap) = source.units { survey.gaps.append(gap) }
        guard let units = source.units.value else { return }
        for (name, path) in units.paths.sorted(by: { $0.key < $1.key }) where name.hasSuffix(".service") {
            guard !units.isMasked(name), units.isEnabled(name) ?? false else { continue }
            guard case .seen(let text, _) = source.tree.observeText(path, limit: 256 << 10) else { continue }
            let unit = UnitFile(text, path: path)
            if let user = unit.value("Service.User"), user != "root", user != "0" { continue }
            for key in ["ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop"] {
                for command in unit.values("Service.\(key)") {
                    // Characters before the path change how it is run (systemd.service(5)).
                    let program = command.drop { "@-:+!|".contains($0) }.prefix { !$0.isWhitespace }
                    if program.utf8.first == Self.slash { examineWithDirectories(String(program), .systemdUnit) }
                }
            }
        }
    }

    /// The file and the directories above it: whoever can write one of these can put another file in its place.
    private mutating func examineWithDirectories(_ path: String, _ role: WritablePrivilegedPath.Role) {
        examine(path, role)
        guard source.tree.hasFile(path) else { return }
        var parts = path.utf8.split(separator: Self.slash).map { String(decoding: $0, as: UTF8.self) }.dropLast()
        while !parts.isEmpty {
            examine("/" + parts.joined(separator: "/"), role)
            parts.removeLast()
        }
    }

    private mutating func examine(_ path: String, _ role: WritablePrivilegedPath.Role) {
        guard seen.insert(path).inserted else { return }
        switch source.tree.observeFile(path) {
        case .seen(let file, _) where file.kind == .regular || file.kind == .directory: examine(file, role)
        case .seen, .absent: return
        case .unseen(let gap): survey.gaps.append(gap)
        }
    }

    private mutating func examine(_ file: HostFile, _ role: WritablePrivilegedPath.Role) {
        survey.examined += 1
        // A sticky directory that everybody may write, like /tmp, is named in commands as a place, not as a program.
        if file.kind == .directory, file.permissions & 0o1000 != 0 { return }
        // Debian gives it to polkit's own account, which decides by it.
        let isDaemons = file.path == "/etc/polkit-1/rules.d"
        guard let who = writers.othersThanRoot(of: file, allowingSystemOwner: isDaemons) else { return }
        survey.writable.append(WritablePrivilegedPath(file: file, role: role, writableBy: who))
    }
}
