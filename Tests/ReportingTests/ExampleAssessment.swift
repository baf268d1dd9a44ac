import Assessment
import ControlFrameworks
import Findings
import HostModel

import struct FoundationEssentials.Date

/// One assessment of a host with something of everything: each status, each risk, hostile names, work that is late, and gaps.
enum ExampleAssessment {
    static let assessment = PostureAssessment(
        generatedAt: ExampleReports.now, host: ExampleReports.host, results: results, controls: controls,
        findings: ExampleReports.portFindings + ExampleReports.egressFindings, mitigations: mitigations,
        newOrWorse: newOrWorse,
        ports: ExampleReports.ports, egress: ExampleReports.egress,
        sockets: .seen(ExampleSockets.table, from: "sock_diag(7)"),
        gaps: ExampleSockets.table.gaps)

    static let results: [CheckResult] = [
        result(
            "ssh-root-login", "SSH refuses direct root logins", .ssh, .high,
            [.iso("A.8.5"), .csf("PR.AA-01"), .sp80053("AC-6")],
            .violation(
                [
                    Evidence("permitrootlogin yes", from: "sshd -T"),
                    Evidence("PermitRootLogin yes", from: "/etc/ssh/sshd_config:33"),
                ],
                gap: "Root may log in with a password.",
                remediation:
                    "Set `PermitRootLogin no` in /etc/ssh/sshd_config, check with `sshd -t`, then reload ssh.service.")),
        result(
            "ssh-password-authentication", "SSH asks for keys, not passwords", .ssh, .medium,
            [.iso("A.8.5"), .csf("PR.AA-03")],
            .compliant([Evidence("passwordauthentication no", from: "sshd -T")])),
        result(
            "kernel-pointer-restriction", "The kernel hides its addresses", .kernel, .medium,
            [.iso("A.8.8"), .sp80053("SI-16")],
            .compliant([Evidence("kernel.kptr_restrict = 2", from: "/proc/sys/kernel/kptr_restrict")])),
        result(
            "kernel-unprivileged-bpf", "Unprivileged programs cannot load BPF", .kernel, .medium, [.iso("A.8.8")],
            .partial(
                [Evidence("kernel.unprivileged_bpf_disabled = 2", from: "/proc/sys/kernel/unprivileged_bpf_disabled")],
                gap: "Switched off until an administrator switches it on again; 1 is for good.")),
        result(
            "shadow-file-mode", "Password hashes are readable by root alone", .files, .critical,
            [.iso("A.8.3"), .csf("PR.AA-05")],
            .violation(
                [Evidence("mode 0644, owner root, group <b>eve</b>", from: "/etc/shadow")],
                gap: "Everybody on this host can read every password hash.",
                remediation: "chmod 640 /etc/shadow && chown root:shadow /etc/shadow")),
        result(
            "tmp-mount-options", "/tmp refuses programs and devices", .mounts, .low, [.iso("A.8.19")],
            .violation(
                [Evidence("rw,relatime", from: "/proc/self/mountinfo")], gap: "noexec, nodev and nosuid are missing.")),
        result(
            "update_hygiene", "Security updates are installed within a week", .updates, .high,
            [.iso("A.8.8"), .csf("ID.RA-01"), .csf("PR.PS-02"), .sp80053("SI-2")],
            .partial(
                [
                    Evidence(
                        "3 updates waiting, the oldest for 9 days: libssl3, openssh-server, sudo",
                        from: "/var/lib/apt/lists")
                ],
                gap: "3 security updates are waiting.")),
        result(
            "open_ports_approved", "Every open port is approved", .network, .high,
            [.iso("A.8.20"), .csf("PR.IR-01"), .csf("DE.CM-01")],
            .violation(
                [Evidence("4 of 11 listeners have no rule", from: "sock_diag(7)")], gap: "4 listeners have no rule.")),
        result(
            "journal-persistent", "The journal survives a restart", .logging, .medium,
            [.iso("A.8.15"), .csf("PR.PS-04")],
            .compliant([Evidence("/var/log/journal is a directory", from: "/var/log/journal")])),
        result(
            "time-synchronised", "The clock is synchronised", .time, .medium, [.iso("A.8.17")],
            .compliant([Evidence("chrony.service is active, offset 0.4 ms", from: "systemd")])),
        result(
            "firewall-default-deny", "The firewall drops what nothing allows", .firewall, .high,
            [.iso("A.8.20"), .csf("PR.IR-01")],
            .notAssessed(Gap(what: "nf_tables ruleset", why: "Operation not permitted", remedy: "run as root"))),
        result(
            "password-hash-algorithm", "Passwords are hashed with yescrypt", .accounts, .medium,
            [.iso("A.8.24"), .iso("A.5.17")],
            .compliant([Evidence("ENCRYPT_METHOD YESCRYPT", from: "/etc/login.defs:310")])),
        result(
            "avahi-not-running", "The multicast name service does not run", .services, .low, [.iso("A.8.9")],
            .notApplicable([Evidence("avahi-daemon is not installed", from: "dpkg")])),
        result(
            "gateway_loopback_only", "The agent gateway listens on loopback alone", .agents, .high, [.iso("A.8.20")],
            .notApplicable([Evidence("no ~/.openclaw/openclaw.json of any user", from: "/home")])),
        result(
            "privilege_approval_required", "Every privileged command is approved first", .privilege, .high,
            [.iso("A.8.2"), .csf("PR.AA-05"), .sp80053("AC-6(1)")],
            .notAssessed("the privilege guard is not part of this version")),
        result(
            "command_policy_enforced", "Commands are held against a policy", .privilege, .high,
            [.iso("A.8.2"), .iso("A.8.18")],
            .notAssessed("the privilege guard is not part of this version")),
        result(
            "backup_configured", "Backups are made and were restored once", .backup, .medium,
            [.iso("A.8.13"), .csf("PR.DS-11")],
            .notAssessed("</details><script>alert(4)</script>: no known backup program keeps its state on this host")),
    ]

    private static func result(
        _ id: String, _ title: String, _ category: CheckCategory, _ risk: Severity, _ controls: [ControlID],
        _ answer: CheckAnswer
    ) -> CheckResult {
        let description = CheckDescription(
            id: id, title: title, category: category, risk: risk,
            rationale: "What \(id) guards against is an everyday step of an intruder who has a first foothold.",
            remediation: "Restore the state that \(id) asks for.", controls: controls)
        return CheckResult(check: description, answer: answer)
    }

    /// Both frameworks in full and of SP 800-53 what a check maps to; each the worst of its checks.
    static let controls: [ControlResult] = {
        let all =
            ControlCatalogue.controls(of: .iso27001) + ControlCatalogue.controls(of: .csf)
            + Set(results.flatMap(\.check.controls).filter { $0.framework == .sp80053 }).sorted()
        return all.map { control in
            let mapped = results.filter { $0.check.controls.contains(control) }
            let names = mapped.map(\.answer.status.name)
            let worst = ["violation", "partial", "not_assessed", "compliant", "not_applicable"].first(
                where: names.contains)
            return ControlResult(
                control: control, title: ControlCatalogue.title(of: control) ?? "",
                status: worst.flatMap(ControlResult.Status.init(rawValue:)) ?? .notAssessed,
                checks: mapped.map(\.check.id))
        }
    }()

    static let mitigations: [Mitigation] = [
        mitigation("shadow-file-mode", .critical, owner: "platform", due: "2026-11-24", isOverdue: false),
        mitigation("ssh-root-login", .high, owner: "<i>platform</i>", due: "2026-11-01", isOverdue: true),
        mitigation("update_hygiene", .high, owner: "operations", due: "2026-12-05", isOverdue: false),
        mitigation("open_ports_approved", .high, owner: "network", due: "2026-12-05", isOverdue: false),
        mitigation(
            ExampleReports.portFindings[0].fingerprint.rawValue, .critical, owner: "network", due: "2026-11-28",
            isOverdue: false),
    ]

    private static func mitigation(_ id: String, _ risk: Severity, owner: String, due: String, isOverdue: Bool)
        -> Mitigation
    {
        let result = results.first { $0.check.id == id }
        let finding = ExampleReports.portFindings.first { $0.fingerprint.rawValue == id }
        return Mitigation(
            id: id, title: result?.check.title ?? finding?.title ?? "",
            risk: risk, action: result?.answer.remediation ?? result?.check.remediation ?? finding?.remediation ?? "",
            owner: owner,
            due: due, openedAt: Date(timeIntervalSince1970: 1_792_638_245), isOverdue: isOverdue)
    }

    static let newOrWorse: [Regression] = [
        Regression(
            change: .statusWorse, id: "shadow-file-mode", title: "Password hashes are readable by root alone",
            risk: .critical,
            before: "compliant", now: "violation"),
        Regression(
            change: .newFinding, id: ExampleReports.portFindings[1].fingerprint.rawValue,
            title: "8080/tcp is open and nobody approved it", risk: .high, before: nil, now: "high"),
    ]
}
