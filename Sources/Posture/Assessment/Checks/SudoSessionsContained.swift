import ControlFrameworks
import Findings
import HostModel

/// A command under sudo starts clean: an environment of its own, a search path of its own, and a terminal of its own.
struct SudoSessionsContained: Check {
    let description = CheckDescription(
        id: "sudo-sessions-contained", title: "Commands under sudo have their own environment and terminal",
        category: .privilege, risk: .medium,
        rationale:
            "A caller's environment or search path can make a harmless command run other code as root; a shared terminal lets a program left behind type into root's session.",
        remediation:
            "Put `Defaults env_reset`, `Defaults secure_path=\"…\"` and `Defaults use_pty` into a file in /etc/sudoers.d (visudo -f).",
        controls: [
            .iso("A.8.2"), .iso("A.8.18"), .csf("PR.AA-05"), .csf("PR.PS-01"), .sp80053("AC-6"), .sp80053("CM-6"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sudo.assess { sudo, source in
            var judgement = Judgement()
            judge(
                "env_reset", isDefault: true, sudo, source, "the caller's environment reaches root's commands",
                &judgement)
            // On by default since sudo 1.9.14; Debian 12 has 1.9.13.
            judge("use_pty", isDefault: false, sudo, source, "commands share the caller's terminal", &judgement)
            judge(
                "secure_path", isDefault: false, sudo, source, "programs are searched where the caller says", &judgement
            )
            for setting in sudo.defaults where setting.name == "env_reset" && setting.isNegated && setting.scope != nil
            {
                judgement.violates(
                    "the environment of \(setting.scope ?? "") reaches root's commands",
                    Evidence("Defaults\(setting.scope ?? "") !env_reset", from: setting.location))
            }
            return judgement.answer
        }
    }

    private func judge(
        _ name: String, isDefault: Bool, _ sudo: SudoPolicy, _ source: String, _ gap: String,
        _ judgement: inout Judgement
    ) {
        guard let setting = sudo.setting(name) else {
            let evidence = Evidence("\(name) is not set, and \(isDefault ? "on" : "off") by default", from: source)
            if isDefault { judgement.sees(evidence) } else { judgement.fallsShort(gap, evidence) }
            return
        }
        if setting.isNegated {
            judgement.violates(gap, Evidence("Defaults !\(name)", from: setting.location))
        } else {
            judgement.sees(
                Evidence("Defaults \(name)\(setting.value.map { "=\($0.displayed)" } ?? "")", from: setting.location))
        }
    }
}
