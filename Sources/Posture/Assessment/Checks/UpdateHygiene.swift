import ControlFrameworks
import Findings
import HostModel

import struct FoundationEssentials.Date

/// Security updates arrive by themselves and are in force: package lists are fresh, something installs updates from the security
/// archive, and no restart is outstanding that would put them to work.
struct UpdateHygiene: Check {
    let description = CheckDescription(
        id: "update_hygiene", title: "Security updates are installed and in force", category: .updates, risk: .high,
        rationale:
            "Most break-ins use holes for which an update existed. An installed kernel that is not running protects nobody.",
        remediation:
            "Install and enable unattended-upgrades, run apt-get update, and restart when a restart is asked for.",
        controls: [
            .iso("A.8.8"), .iso("A.8.19"), .csf("PR.PS-02"), .csf("ID.RA-01"), .sp80053("SI-2"), .sp80053("RA-5"),
        ])

    /// Days after which package lists no longer show what is to be updated; and after which nobody can be said to look.
    private static let (freshDays, staleDays) = (7.0, 30.0)

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        guard let (state, source) = judgement.look(at: context.snapshot.updates) else {
            let answer = judgement.answer
            guard case .compliant = answer.status else { return answer }
            return .notApplicable(judgement.evidence)
        }
        judgeLists(state.listsRefreshedAt, now: context.now, &judgement)
        judgeAutomation(state.automaticUpdates, &judgement)
        if let packages = state.rebootRequestedBy {
            let names = packages.isEmpty ? "a package" : packages.prefix(5).joined(separator: ", ").displayed
            judgement.fallsShort("a restart is outstanding", Evidence("restart asked for by \(names)", from: source))
        }
        if let newest = state.installedKernels.first, let (running, source) = judgement.look(at: state.runningKernel) {
            let evidence = Evidence("running \(running.displayed), newest installed \(newest.displayed)", from: source)
            if running == newest {
                judgement.sees(evidence)
            } else {
                judgement.fallsShort("the newest installed kernel is not running", evidence)
            }
        }
        return judgement.answer
    }

    private func judgeLists(_ refreshed: Observation<Date>, now: Date, _ judgement: inout Judgement) {
        switch refreshed {
        case .unseen(let gap): judgement.isUnknown(gap)
        case .absent(let why, let source):
            judgement.violates("package lists were never fetched", Evidence(why, from: source))
        case .seen(let date, let source):
            let days = now.timeIntervalSince(date) / 86_400
            let evidence = Evidence("package lists fetched \(date.documentText)", from: source)
            if days > Self.staleDays {
                judgement.violates("package lists are \(Int(min(days, 99_999))) days old", evidence)
            } else if days > Self.freshDays {
                judgement.fallsShort("package lists are \(Int(days)) days old", evidence)
            } else {
                judgement.sees(evidence)
            }
        }
    }

    private func judgeAutomation(
        _ automation: Observation<UpdateState.AutomaticUpdates>, _ judgement: inout Judgement
    ) {
        switch automation {
        case .unseen(let gap): judgement.isUnknown(gap)
        case .absent(let why, let source):
            judgement.violates("nothing installs security updates by itself", Evidence(why, from: source))
        case .seen(let updates, let source):
            let program = updates.program.displayed
            let evidence = Evidence(
                "\(program): lists every \(updates.listsEveryDays) days, upgrade every \(updates.upgradeEveryDays) days, "
                    + (updates.isScheduled ? "scheduled" : "not scheduled"), from: source)
            if updates.upgradeEveryDays == 0 || !updates.isScheduled {
                judgement.violates("\(program) is there and switched off", evidence)
            } else if updates.listsEveryDays == 0 {
                judgement.fallsShort("\(program) does not fetch package lists", evidence)
            } else if !updates.origins.isEmpty,
                !updates.origins.contains(where: { $0.lowercased().contains("security") })
            {
                judgement.fallsShort("\(program) takes no updates from the security archive", evidence)
            } else {
                judgement.sees(evidence)
            }
        }
    }
}
