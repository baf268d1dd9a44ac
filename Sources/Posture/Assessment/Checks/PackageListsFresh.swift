import ControlFrameworks
import Findings
import HostModel

import struct FoundationEssentials.Date

/// The host knows of the updates there are: its package lists were fetched a short time ago.
struct PackageListsFresh: Check {
    let description = CheckDescription(
        id: "package-lists-fresh", title: "Package lists were fetched this week", category: .updates, risk: .medium,
        rationale: "A host that has not fetched the lists reports no updates, and is believed.",
        remediation: "Run `apt-get update`, and enable apt-daily.timer so that it happens by itself.",
        controls: [.iso("A.8.8"), .csf("ID.RA-01"), .csf("PR.PS-02"), .sp80053("SI-2"), .sp80053("RA-5")])

    private static let (freshDays, staleDays) = (7.0, 30.0)

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.updates.assess { updates, _ in
            updates.listsRefreshedAt.assess(absent: { why, source in
                .violation([Evidence(why, from: source)], gap: "it is not known which updates there are")
            }) { date, source in
                let days = context.now.timeIntervalSince(date) / 86_400
                let evidence = [Evidence("last fetched \(date.documentText)", from: source)]
                if days <= Self.freshDays { return .compliant(evidence) }
                let gap = "the lists are \(Int(min(days, 99_999))) days old"
                return days > Self.staleDays ? .violation(evidence, gap: gap) : .partial(evidence, gap: gap)
            }
        }
    }
}
