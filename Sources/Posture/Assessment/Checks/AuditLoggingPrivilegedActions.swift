import ControlFrameworks
import Findings
import HostModel

/// What is done as root leaves a record that stays: sudo logs its commands, something keeps that log over a reboot, and what happens
/// inside a root shell is recorded too, by the kernel's audit of programs started as root or by sudo's own record of the session.
struct AuditLoggingPrivilegedActions: Check {
    let description = CheckDescription(
        id: "audit_logging_privileged_actions", title: "Privileged actions are logged and kept", category: .logging,
        risk: .high,
        rationale: "Without a record nobody can say what was done as root, by whom, or prove that it was not.",
        remediation: """
            Keep sudo's syslog on and Defaults use_pty, log_output set; keep the journal on disk (Storage=persistent) or run \
            rsyslog; audit execve with euid 0 by auditd.
            """,
        controls: [
            .iso("A.8.15"), .iso("A.8.16"), .iso("A.8.18"), .csf("PR.PS-04"), .csf("DE.CM-03"), .sp80053("AU-2"),
            .sp80053("AU-12"), .sp80053("AU-3"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        let audit = auditsRootCommands(context.snapshot.audit)
        judgement.evidence += audit.evidence
        switch context.snapshot.sudo {
        case .seen(let sudo, let source): judgeSudo(sudo, source, isAudited: audit.isOn, &judgement)
        case .unseen(let gap): judgement.isUnknown(gap)
        case .absent(let why, let source):
            judgement.sees(Evidence(why, from: source))
            if audit.isOn == false { judgement.violates("nothing records what is done as root") }
        }
        if audit.isOn != true { judgeStorage(context.snapshot.logging, &judgement) }
        if audit.isOn == nil { judgement.isUnknown(audit.why) }
        return judgement.answer
    }

    /// Whether the kernel records each program started as root, and keeps doing so after a boot; nil when that could not be seen.
    private func auditsRootCommands(
        _ audit: Observation<AuditState>
    ) -> (isOn: Bool?, why: String, evidence: [Evidence]) {
        switch audit {
        case .absent(let why, let source): return (false, why, [Evidence(why, from: source)])
        case .unseen(let gap): return (nil, "\(gap.what): \(gap.why)", [])
        case .seen(let state, let source):
            if case .unseen(let gap) = state.rules, state.isInstalled { return (nil, "\(gap.what): \(gap.why)", []) }
            guard let rule = state.rules.value?.first(where: Self.recordsRootCommands) else {
                return (false, "", [Evidence("no audit rule records programs started as root", from: source)])
            }
            let evidence = [Evidence("audit rule: \(rule.displayed)", from: source)]
            guard case .seen(let kernel, let kernelSource) = state.kernel else {
                return (nil, "whether the kernel's audit is on", evidence)
            }
            let isOn = kernel.isEnabled && kernel.daemon.rawValue != 0
            let words =
                "audit \(kernel.isEnabled ? "on" : "off"), daemon \(kernel.daemon.rawValue == 0 ? "not running" : "running")"
            return (isOn, "", evidence + [Evidence(words, from: kernelSource)])
        }
    }

    /// `-a always,exit -F arch=b64 -S execve -F euid=0 …`, in either order of its fields (auditctl(8)).
    private static func recordsRootCommands(_ rule: String) -> Bool {
        guard rule.contains("always") && rule.contains("execve") else { return false }
        return rule.contains("euid=0") || rule.contains("auid>=") || !rule.contains("uid")
    }

    private func judgeSudo(_ sudo: SudoPolicy, _ source: String, isAudited: Bool?, _ judgement: inout Judgement) {
        let logsToSyslog = !(sudo.setting("syslog")?.isNegated ?? false)
        let logFile = sudo.setting("logfile").flatMap { $0.isNegated ? nil : $0.value }
        if !logsToSyslog, logFile == nil {
            let location = sudo.setting("syslog")?.location ?? source
            let evidence = Evidence("Defaults !syslog and no logfile", from: location)
            if isAudited == true {
                judgement.fallsShort("sudo logs nothing; the kernel's audit does", evidence)
            } else {
                judgement.violates("sudo logs nothing", evidence)
            }
            return
        }
        let place = logFile.map { "to \($0.displayed)" } ?? "to syslog"
        judgement.sees(Evidence("sudo logs commands \(place)", from: source))
        for setting in sudo.defaults where setting.scope != nil && setting.name == "syslog" && setting.isNegated {
            judgement.fallsShort(
                "sudo logs nothing for \(setting.scope ?? "")",
                Evidence("Defaults\(setting.scope ?? "") !syslog", from: setting.location))
        }
        let recordsSessions = isOn("log_output", in: sudo) || isOn("log_input", in: sudo)
        if recordsSessions {
            judgement.sees(
                Evidence("sudo records sessions (log_output)", from: sudo.setting("log_output")?.location ?? source))
        } else if isAudited == false {
            judgement.fallsShort(
                "what is done inside a root shell is not recorded",
                Evidence("neither log_output nor an audit rule for programs started as root", from: source))
        }
        // A command in the caller's own terminal can leave a process behind that types into it afterwards (sudoers(5)).
        if !isOn("use_pty", in: sudo), isAudited != true {
            judgement.fallsShort("commands run in the caller's terminal", Evidence("use_pty is not set", from: source))
        }
    }

    private func isOn(_ name: String, in sudo: SudoPolicy) -> Bool { sudo.setting(name).map { !$0.isNegated } ?? false }

    /// Whether what sudo writes to syslog is still there after a boot.
    private func judgeStorage(_ logging: Observation<LoggingState>, _ judgement: inout Judgement) {
        guard let (state, source) = judgement.look(at: logging) else { return }
        let daemons = state.daemons.sorted { $0.key < $1.key }
        let writers = daemons.filter { $0.value == true && $0.key != "systemd-journald" }.map(\.key)
        if !writers.isEmpty {
            judgement.sees(Evidence("log written by \(writers.joined(separator: ", "))", from: source))
        } else if state.journalStorage == "persistent" {
            judgement.sees(Evidence("journal kept on disk: \(state.journalStorageReason)", from: source))
        } else if daemons.contains(where: { $0.value == .some(nil) && $0.key != "systemd-journald" }) {
            judgement.isUnknown("whether \(daemons.map(\.key).joined(separator: ", ")) runs")
        } else {
            let journal = state.journalStorage.map { "journal \($0): \(state.journalStorageReason)" } ?? "no journal"
            judgement.violates(
                "the log of privileged actions is not kept", Evidence("no log daemon runs; \(journal)", from: source))
        }
    }
}
