import ControlFrameworks
import Findings
import HostModel

/// The audit rules record the changes that matter: accounts, rules of privilege, the clock, kernel modules, and what is run as root.
struct AuditRulesCover: Check {
    let description = CheckDescription(
        id: "audit-rules-cover", title: "The kernel's audit records what matters", category: .logging, risk: .medium,
        rationale: """
            Programs log what they are told to; the kernel's audit records who changed an account or loaded a \
            module, whatever program did it.
            """,
        remediation: """
            Install auditd, put rules for these areas into /etc/audit/rules.d (its package has examples) and run \
            `augenrules --load`.
            """,
        controls: [
            .iso("A.8.15"), .iso("A.8.16"), .csf("DE.CM-03"), .csf("DE.CM-09"), .csf("PR.PS-04"), .sp80053("AU-2"),
            .sp80053("AU-12"), .sp80053("SI-4"),
        ])

    /// Areas, each with words of which a rule that covers it has one.
    private static let areas: [(name: String, words: [String])] = [
        ("changes of accounts", ["/etc/passwd", "/etc/shadow", "/etc/group"]),
        ("changes of the rules of sudo", ["/etc/sudoers"]),
        ("changes of the clock", ["adjtimex", "clock_settime", "settimeofday"]),
        ("loading of kernel modules", ["init_module", "/sbin/modprobe", "/sbin/insmod", "/usr/bin/kmod"]),
        ("programs run as root", ["execve"]),
    ]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.audit.assess { audit, source in
            guard audit.isInstalled else {
                return .violation(
                    [Evidence("auditd is not installed", from: source)], gap: "the kernel's audit is not used")
            }
            var judgement = Judgement()
            if audit.isDaemonRunning == false {
                judgement.violates("auditd does not run", Evidence("no process of auditd", from: source))
            }
            if case .seen(let kernel, let origin) = audit.kernel, !kernel.isEnabled {
                judgement.violates("the kernel's audit is off", Evidence("audit is not enabled", from: origin))
            }
            switch audit.rules {
            case .unseen(let gap): judgement.isUnknown(gap)
            case .absent(let why, let origin):
                judgement.violates("no audit rule is written", Evidence(why, from: origin))
            case .seen(let rules, let origin): judge(rules, origin, &judgement)
            }
            return judgement.answer
        }
    }

    private func judge(_ rules: [String], _ source: String, _ judgement: inout Judgement) {
        for area in Self.areas {
            if let rule = rules.first(where: { rule in area.words.contains { rule.contains($0) } }) {
                judgement.sees(Evidence("\(area.name): \(rule.displayed)", from: source))
            } else {
                judgement.fallsShort(
                    "nothing records \(area.name)", Evidence("no rule for \(area.name)", from: source))
            }
        }
    }
}
