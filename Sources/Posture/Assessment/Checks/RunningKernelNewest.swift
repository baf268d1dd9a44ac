import ControlFrameworks
import Findings
import HostModel

/// The kernel that runs is the newest one installed.
struct RunningKernelNewest: Check {
    let description = CheckDescription(
        id: "running-kernel-newest", title: "The newest installed kernel is the one that runs", category: .updates,
        risk: .high,
        rationale: "An update of the kernel protects from the restart on; until then every hole it closed is open.",
        remediation: "Restart the host at the next occasion, or apply the fix live (kpatch, livepatch).",
        controls: [
            .iso("A.8.8"), .iso("A.8.32"), .csf("PR.PS-02"), .csf("ID.RA-01"), .sp80053("SI-2"), .sp80053("SI-2(2)"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.updates.assess { updates, origin in
            guard let newest = updates.installedKernels.first else {
                return .notApplicable([Evidence("no kernel is installed here: it comes from outside", from: "/boot")])
            }
            return updates.runningKernel.assess { running, source in
                let installed = updates.installedKernels.prefix(5).joined(separator: ", ").displayed
                var evidence = [
                    Evidence("running \(running.displayed)", from: source),
                    Evidence("installed \(installed)", from: "/boot"),
                ]
                guard running == newest else {
                    let gap = "\(running.displayed) runs, \(newest.displayed) is installed"
                    return updates.installedKernels.contains(running)
                        ? .violation(evidence, gap: gap)
                        : .partial(evidence, gap: "the kernel that runs is none of those installed: \(gap)")
                }
                guard let packages = updates.rebootRequestedBy else { return .compliant(evidence) }
                evidence.append(
                    Evidence("a restart is asked for by \(packages.joined(separator: ", ").displayed)", from: origin))
                return .partial(evidence, gap: "the newest kernel runs, but a restart is asked for")
            }
        }
    }
}
