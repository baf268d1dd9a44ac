import ControlFrameworks
import Findings
import HostModel
import Policies

/// An elevation ends by itself within half an hour: what sudo remembers of a password (`timestamp_timeout`, minutes) for everybody and
/// for each account that has a setting of its own.
struct ElevationTimeout30m: Check {
    let description = CheckDescription(
        id: "elevation_timeout_30m", title: "An elevation ends within 30 minutes", category: .privilege, risk: .medium,
        rationale:
            "While an elevation lasts, every process of the session can use it; a forgotten terminal stays a root terminal.",
        remediation: "Set Defaults timestamp_timeout=15 in sudoers, without exceptions, and remove NOPASSWD: ALL.",
        controls: [
            .iso("A.8.2"), .iso("A.8.5"), .csf("PR.AA-05"), .csf("PR.AA-03"), .sp80053("AC-12"), .sp80053("AC-6"),
            .sp80053("IA-11"),
        ])

    private static let longest = 30.0

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        guard let (sudo, source) = judgement.look(at: context.snapshot.sudo) else {
            if let policy = judgement.lookAtBroker(
                of: context, orElse: "no elevation has a limit that could be read")
            {
                let minutes = Double(policy.sessionIdleTime.components.seconds) / 60
                let evidence = Evidence("session_idle_minutes is \(Int(minutes))", from: policy.path)
                if minutes > Self.longest {
                    judgement.violates("a kept session lasts \(Int(minutes)) minutes", evidence)
                } else {
                    judgement.sees(evidence)
                }
            }
            return judgement.answer
        }
        let inForce = sudo.setting("timestamp_timeout")
        for setting in sudo.defaults where setting.name == "timestamp_timeout" {
            if setting.scope == nil, setting != inForce { continue }
            judge(setting, &judgement)
        }
        if inForce == nil {
            judgement.sees(Evidence("timestamp_timeout is not set: 15 minutes as Debian builds sudo", from: source))
        }
        for grant in sudo.rootGrants(accounts: context.snapshot.accounts.value)
        where grant.asksNothing && grant.givesEverything {
            judgement.violates(
                "the elevation of \(grant.holders.joined(separator: ", ")) never ends: nothing is asked",
                Evidence(grant.summary.displayed, from: grant.rule.location))
        }
        for location in sudo.malformed.prefix(3) {
            judgement.isUnknown("a line of sudoers was not understood: \(location)")
        }
        return judgement.answer
    }

    /// Negative never ends, 0 asks every time; `!timestamp_timeout` is 0 (sudoers(5)).
    private func judge(_ setting: SudoPolicy.Default, _ judgement: inout Judgement) {
        let whom = setting.scope.map { " for \($0)" } ?? ""
        if setting.isNegated {
            judgement.sees(Evidence("timestamp_timeout is off\(whom): a password every time", from: setting.location))
            return
        }
        guard let text = setting.value, let minutes = Double(text), minutes.isFinite else {
            judgement.isUnknown("timestamp_timeout at \(setting.location) is not a number")
            return
        }
        let evidence = Evidence("timestamp_timeout=\(text.displayed)\(whom)", from: setting.location)
        if minutes < 0 {
            judgement.violates("an elevation\(whom) never ends", evidence)
        } else if minutes > Self.longest {
            judgement.violates("an elevation\(whom) lasts \(text) minutes", evidence)
        } else {
            judgement.sees(evidence)
        }
    }
}
