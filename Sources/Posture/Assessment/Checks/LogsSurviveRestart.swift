import ControlFrameworks
import Findings
import HostModel

/// The log outlives a restart: journald keeps it on disk, or a syslog daemon does.
struct LogsSurviveRestart: Check {
    let description = CheckDescription(
        id: "logs-survive-restart", title: "The log outlives a restart", category: .logging, risk: .medium,
        rationale: """
            A log in memory is gone with the restart that an intruder, or whoever repairs the host, is quick to \
            do.
            """,
        remediation: """
            Set `Storage=persistent` in /etc/systemd/journald.conf and restart systemd-journald, or install \
            rsyslog.
            """,
        controls: [.iso("A.8.15"), .csf("PR.PS-04"), .sp80053("AU-4"), .sp80053("AU-9"), .sp80053("AU-11")])

    private static let writers = ["rsyslogd", "syslog-ng"]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.logging.assess { logging, source in
            let journal = Evidence("journald: \(logging.journalStorageReason)", from: source)
            if logging.journalStorage == "persistent" { return .compliant([journal]) }
            guard let writer = Self.writers.first(where: { logging.daemons[$0] != nil }) else {
                return .violation(
                    [journal, Evidence("neither rsyslog nor syslog-ng is installed", from: source)],
                    gap: "the log is lost at every restart")
            }
            let evidence = [journal, Evidence("\(writer) is installed, and writes to /var/log", from: source)]
            switch logging.daemons[writer] ?? nil {
            case true: return .compliant(evidence)
            case false: return .violation(evidence, gap: "\(writer) does not run, and the journal is not kept")
            case nil: return .notAssessed("whether \(writer) runs could not be seen", evidence: evidence)
            }
        }
    }
}
