import Foundation
import HostModel
import JSON
import LinuxSystem
import ProcessInventory
import TestSupport
import Testing

@testable import HostFacts

@Suite struct CollectorTests {
    static func snapshot(of root: String, live: Bool, keys: [String] = []) throws -> HostSnapshot {
        var snapshot = HostSnapshot(
            takenAt: Date(),
            host: HostIdentity(
                hostname: "test", operatingSystem: "test", kernel: nil, root: root, isLive: live, observer: .root),
            sockets: .notCollected("sockets"))
        HostFactsCollector(tree: try FileTree(root: root), live: live, kernel: .none)
            .collect(keys: keys.map { FactKey($0) }, into: &snapshot)
        return snapshot
    }

    @Test("This host is read without a structured fact left out, and its own process is among the processes")
    func thisHost() throws {
        let snapshot = try Self.snapshot(of: "/", live: true, keys: ["sysctl.kernel.ostype", "file./etc/passwd.mode"])
        let processes = try #require(snapshot.processes.value)
        let own = try #require(processes.first { $0.id.rawValue == ProcessInfo.processInfo.processIdentifier })
        #expect(own.userID.rawValue == getuid())
        #expect(abs(own.startedAt.timeIntervalSinceNow) < 86_400)
        #expect(own.executable?.isEmpty == false)
        #expect(snapshot[FactKey("sysctl.kernel.ostype")].value == .text("Linux"))
        #expect(snapshot.accounts.value?.user(.root)?.name == "root")
        for why in Self.gaps(snapshot) { #expect(why != "was not collected") }
    }

    /// The reasons of everything in a snapshot that was not seen.
    private static func gaps(_ snapshot: HostSnapshot) -> [String] {
        func why<Value>(_ observation: Observation<Value>) -> String? {
            if case .unseen(let gap) = observation { gap.why } else { nil }
        }
        return [
            why(snapshot.accounts), why(snapshot.processes), why(snapshot.sshServer), why(snapshot.sudo),
            why(snapshot.logging), why(snapshot.updates), why(snapshot.schedule), why(snapshot.privilegedFiles),
            why(snapshot.privilegedPaths), why(snapshot.homes), why(snapshot.agentGateways), why(snapshot.backups),
            why(snapshot.audit),
        ].compactMap { $0 }
    }

    @Test(
        "What a user may not read is a gap that root would close, never an empty answer",
        .enabled(if: FileSystemUser.isRoot))
    func unprivileged() throws {
        let tree = try TemporaryTree()
        try tree.add("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/bash\n")
        try tree.add("/etc/shadow", "root:*:1::::::\n", .init(mode: 0o600))
        try tree.add("/usr/bin/sudo", "")
        try tree.add("/etc/sudoers", "ada ALL=ALL\n", .init(mode: 0o400))
        try tree.addDirectory("/home/ada", .init(mode: 0o700, owner: 1000))
        try tree.addDirectory("/var/spool/cron/crontabs", .init(mode: 0o700))
        let snapshot = try FileSystemUser.reading(as: FileSystemUser.nobody) {
            try Self.snapshot(of: tree.path, live: false)
        }
        guard case .unseen(let sudo) = snapshot.sudo, case .unseen(let shadow)? = snapshot.accounts.value?.passwords
        else {
            Issue.record("what may not be read was read")
            return
        }
        #expect(sudo.remedy == "run as root" && shadow.remedy == "run as root")
        #expect(snapshot.schedule.value?.gaps.map(\.what) == ["/var/spool/cron/crontabs"])
        guard case .unseen? = snapshot.homes.value?.first(where: { $0.account == "ada" })?.sensitiveFiles else {
            Issue.record("a closed home was looked into")
            return
        }
    }

    @Test("A process is named by what it cannot choose where that can be read, and its name may hold anything")
    func hostileProcesses() throws {
        let tree = try TemporaryTree()
        try tree.add("/proc/stat", "cpu 1 2\nbtime 1700000000\n")
        func add(_ pid: Int, stat: String) throws {
            try tree.add("/proc/\(pid)/stat", stat)
            try tree.add("/proc/\(pid)/status", "Uid:\t7\t8\t9\t10\n")
        }
        let rest = "S 1 1 1 0 -1 4194560 " + String(repeating: "0 ", count: 12) + "250 0 0"
        guard case .unseen(let gap) = ProcessList.read(try FileTree(root: tree.path)) else {
            Issue.record("processes that are hidden were said not to run")
            return
        }
        #expect(gap.why.contains("hidepid"))
        try tree.addDirectory("/proc/1")
        try add(10, stat: "10 (evil) S 99 (x\n\u{1b}[2J) \(rest)\n")
        try add(11, stat: "11 (no end")
        try tree.add("/proc/12/status", "Uid:\t0\n")
        try tree.add("/proc/13x/stat", "13 (x) \(rest)\n")
        try add(14, stat: "14 (sshd) \(rest)\n")
        try tree.addLink("/proc/14/exe", to: "/usr/sbin/sshd (deleted)")
        try tree.add("/proc/14/cmdline", "a\0\0b\0")
        let processes = try #require(ProcessList.read(try FileTree(root: tree.path)).value)
        #expect(processes.map(\.id.rawValue).sorted() == [10, 14])
        #expect(processes.first { $0.id.rawValue == 10 }?.name == "evil) S 99 (x\n\u{1b}[2J")
        let sshd = try #require(processes.first { $0.id.rawValue == 14 })
        #expect(sshd.executable == "/usr/sbin/sshd" && sshd.isExecutableDeleted)
        #expect(sshd.commandLine == ["a", "", "b"])
        #expect(sshd.userID == UserID(8))
        #expect(sshd.startedAt == Date(timeIntervalSince1970: 1_700_000_002.5))
    }

    @Test(
        "A process that runs another file than the host has at that path says so", .enabled(if: FileSystemUser.isRoot))
    func programOfOwnMounts() throws {
        let script = """
            mount --make-rprivate / && mount --bind /bin/dash /usr/bin/yes && exec /usr/bin/yes -c 'echo ready; read line'
            """
        let program = try RunningProgram(["unshare", "--mount", "sh", "-c", script])
        let processes = try #require(ProcessList.read(try FileTree()).value)
        let disguised = try #require(processes.first { $0.executable == "/usr/bin/yes" })
        #expect(disguised.isExecutableElsewhere)
        #expect(processes.first { $0.id.rawValue == getpid() }?.isExecutableElsewhere == false)
        _ = program
    }

    @Test("A mark behind a blank or a slash of a crontab hides neither the task nor what others may write of its path")
    func joinedCrontab() throws {
        let tree = try TemporaryTree()
        try tree.add("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        try tree.add("/usr/sbin/cron", "")
        try tree.add("/etc/crontab", "* * * * * root \u{301}x; /\u{301}d/e/f\r\n")
        try tree.add("/\u{301}d/e/f", "", .init(mode: 0o755))
        try tree.addDirectory("/\u{301}d", .init(mode: 0o777))
        let snapshot = try Self.snapshot(of: tree.path, live: false)
        #expect(snapshot.schedule.value?.tasks.map(\.user) == ["root"])
        let writable = snapshot.privilegedPaths.value?.writable.map(\.file.path) ?? []
        #expect(writable.contains { $0.utf8.elementsEqual("/\u{301}d".utf8) }, "\(writable)")
    }

    @Test("An agent's configuration is read as JSON5, and its secrets are only looked at")
    func agentGateway() throws {
        let tree = try TemporaryTree()
        try tree.add("/etc/passwd", "ada:x:1000:1000::/home/ada:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/bash\n")
        try tree.add(
            "/home/ada/.openclaw/openclaw.json", "{ // mine\n gateway: { bind: 'loopback', port: 18789, }, }",
            .init(mode: 0o600))
        try tree.add("/home/ada/.openclaw/.env", "TOKEN=x", .init(mode: 0o644))
        try tree.add("/home/ada/.openclaw/credentials/whatsapp/creds.bin", "x", .init(mode: 0o600))
        try tree.add("/home/ada/.openclaw/workspace/notes.key", "x")
        try tree.add("/home/bob/.openclaw/openclaw.json", "{ broken")
        let gateways = try #require(try Self.snapshot(of: tree.path, live: false).agentGateways.value)
        #expect(gateways.map(\.account) == ["ada", "bob"])
        #expect(gateways[0].configuration.value?["gateway"]?["bind"]?.text == "loopback")
        #expect(gateways[0].configurationFile?.permissionText == "0600")
        let secrets = gateways[0].secretFiles.value?.map(\.path) ?? []
        #expect(secrets.contains("/home/ada/.openclaw/.env"))
        #expect(secrets.contains("/home/ada/.openclaw/credentials/whatsapp/creds.bin"))
        #expect(!secrets.contains { $0.contains("workspace") })
        guard case .unseen(let gap) = gateways[1].configuration else {
            Issue.record("broken JSON was read")
            return
        }
        #expect(gap.why.contains("not JSON"))
    }

    @Test("A backup shows by its program, its schedule and what it wrote about the last run")
    func backups() throws {
        let tree = try TemporaryTree()
        try tree.add("/usr/bin/borgmatic", "")
        try tree.add("/etc/borgmatic/config.yaml", "")
        try tree.add("/etc/systemd/system/borgmatic.timer", "[Timer]\nOnCalendar=daily\nPersistent=true\n")
        try tree.add(
            "/etc/systemd/system/borgmatic.service", "[Service]\nExecStart=/usr/bin/borgmatic --syslog-verbosity 1\n")
        try tree.addLink("/etc/systemd/system/timers.target.wants/borgmatic.timer", to: "../borgmatic.timer")
        try tree.add("/var/lib/systemd/timers/stamp-borgmatic.timer", "", .init(modifiedAt: 1_700_000_000))
        try tree.add("/root/.config/borg/security/ab12/manifest-timestamp", "x", .init(modifiedAt: 1_700_000_500))
        let evidence = try #require(try Self.snapshot(of: tree.path, live: false).backups.value)
        #expect(
            Set(evidence.map { "\($0.tool) \($0.kind.rawValue)" }) == [
                "borgmatic installed", "borgmatic configured", "borgmatic scheduled", "borgmatic ran", "borg succeeded",
            ])
        #expect(evidence.first { $0.kind == .succeeded }?.date == Date(timeIntervalSince1970: 1_700_000_500))
    }

    @Test("crontab lines are tasks, assignments are not")
    func crontabs() throws {
        let tree = try TemporaryTree()
        try tree.add("/usr/sbin/cron", "")
        try tree.add(
            "/etc/crontab", "PATH=/bin\n17 * * * * root cd / && run-parts /etc/cron.hourly\n@reboot ada /x y\n")
        try tree.add("/var/spool/cron/crontabs/ada", "MAILTO=\"\"\n0 5 * * 1 tar -zcf /b.tgz /home\n")
        try tree.add("/etc/cron.daily/logrotate", "")
        try tree.add("/etc/cron.daily/x.dpkg-old", "")
        let tasks = try #require(try Self.snapshot(of: tree.path, live: false).schedule.value?.tasks)
        #expect(
            tasks.map { "\($0.user) \($0.schedule) \($0.command)" } == [
                "root 17 * * * * cd / && run-parts /etc/cron.hourly", "ada @reboot /x y",
                "ada 0 5 * * 1 tar -zcf /b.tgz /home", "root daily /etc/cron.daily/logrotate",
            ])
    }

    /// Every file that some collector parses.
    static let parsedFiles = [
        "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/login.defs", "/etc/sudoers", "/etc/ssh/sshd_config",
        "/etc/crontab",
        "/etc/cron.d/x", "/etc/fstab", "/proc/self/mountinfo", "/proc/stat", "/proc/modules", "/etc/apt/apt.conf",
        "/var/lib/dpkg/status", "/var/lib/dpkg/info/x.list", "/etc/systemd/journald.conf", "/etc/systemd/coredump.conf",
        "/etc/systemd/system/x.timer", "/etc/systemd/system/x.service", "/etc/rsyslog.conf",
        "/etc/syslog-ng/syslog-ng.conf",
        "/etc/audit/rules.d/x.rules", "/etc/security/limits.conf", "/etc/security/pwquality.conf",
        "/etc/security/faillock.conf", "/etc/pam.d/login", "/etc/pam.d/passwd", "/etc/modprobe.d/x.conf",
        "/lib/modules/x/modules.dep", "/etc/profile", "/etc/default/ssh", "/proc/1/stat", "/proc/1/status",
        "/proc/1/cgroup", "/sys/kernel/security/lockdown", "/root/.openclaw/openclaw.json",
        "/root/.ssh/authorized_keys", "/etc/doas.conf", "/etc/polkit-1/rules.d/x.rules", "/etc/nsswitch.conf",
        "/usr/share/polkit-1/actions/x.policy", "/etc/polkit-1/localauthority/x/x.pkla", "/etc/ld.so.conf",
        "/etc/bailey/command-policy.yaml", "/proc/1/loginuid", "/proc/1/uid_map", "/var/lib/dpkg/diversions",
    ]

    static let junk: [(name: String, bytes: [UInt8])] = [
        ("nothing", []), ("zeros", Array(repeating: 0, count: 5000)),
        ("no text", (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 167) }),
        ("one long line", Array(repeating: UInt8(ascii: "a"), count: 100_000)),
        ("signs", Array(String(repeating: "{[(\"'\\=:,;|@#!%", count: 500).utf8)),
        ("lines of signs", Array(String(repeating: "{\n[\n(\n\"\n'\n\\\n=\n:\n,\n;\n@\n#\n!\n%\n", count: 300).utf8)),
        ("blanks", Array(String(repeating: " \t\r\n\\\n", count: 1000).utf8)),
        ("half an entry", Array("root:x:0:0\nMatch\nInclude\nDefaults\nUser_Alias\n[\nAPT::x\n".utf8)),
    ]

    @Test(
        "Whatever stands in a file, reading it ends without a crash", .patience, arguments: junk.indices)
    func junkEverywhere(_ index: Int) throws {
        let tree = try TemporaryTree()
        for path in Self.parsedFiles { try tree.add(path, bytes: Self.junk[index].bytes) }
        for program in [
            "/usr/bin/sudo", "/usr/bin/doas", "/usr/bin/pkexec", "/usr/sbin/bailey-broker", "/usr/sbin/sshd",
            "/usr/bin/unattended-upgrade", "/usr/lib/systemd/systemd-journald",
        ] {
            try tree.add(program, "")
        }
        if index != 0 { try tree.add("/etc/passwd", "root:x:0:0::/root:/bin/bash\n") }
        let keys = [
            "sshd.port", "mount./.options", "login_defs.UMASK", "pwquality.minlen", "faillock.deny", "journald.Storage",
            "coredump.Storage", "apt.APT::x", "package.x.installed", "unit.x.timer.enabled", "module.x.disabled",
            "limits.core", "kernel.lockdown", "cpu.vulnerabilities", "pam.login.pam_unix", "umask.default",
            "file./etc/passwd.mode", "sysctl.x", "process.x.running", "x.y", "sshd", "", "file.relative.mode",
            "pam.../../x.y",
        ]
        for live in [true, false] {
            let snapshot = try Self.snapshot(of: tree.path, live: live, keys: keys)
            #expect(snapshot.facts.count == keys.count)
        }
    }
}
