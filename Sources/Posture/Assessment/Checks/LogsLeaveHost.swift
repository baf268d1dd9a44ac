import ControlFrameworks
import Findings
import HostModel

/// A copy of the log goes to another host as it is written.
struct LogsLeaveHost: Check {
    let description = CheckDescription(
        id: "logs-leave-host", title: "A copy of the log leaves the host", category: .logging, risk: .medium,
        rationale: """
            Whoever becomes root can rewrite every log on the host; a copy elsewhere is what an investigation \
            has left.
            """,
        remediation: """
            Forward with rsyslog (`*.* @@logs.example.org:6514` over TLS), systemd-journal-upload, or the \
            collector that is in use.
            """,
        controls: [
            .iso("A.8.15"), .iso("A.8.16"), .csf("PR.PS-04"), .csf("DE.AE-03"), .sp80053("AU-4"), .sp80053("AU-9"),
            .sp80053("AU-6"),
        ])

    /// Collectors whose purpose is to send: that they run is the sign, their many configuration formats are not read.
    private static let collectors = ["fluent-bit", "vector", "filebeat", "promtail", "wazuh-agentd"]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.logging.assess { logging, source in
            var judgement = Judgement()
            var senders: [(name: String, isRunning: Bool?)] = []
            for forwarding in logging.forwardings {
                let daemon = forwarding.program == "rsyslog" ? "rsyslogd" : forwarding.program
                guard let isRunning = logging.daemons[daemon] else { continue }
                senders.append((daemon, isRunning))
                judgement.sees(
                    Evidence("\(daemon) sends to \(forwarding.target.displayed)", from: forwarding.location))
            }
            for collector in Self.collectors {
                guard let isRunning = logging.daemons[collector] else { continue }
                senders.append((collector, isRunning))
                judgement.sees(Evidence("\(collector) is installed", from: source))
            }
            if senders.isEmpty {
                judgement.violates(
                    "the log stays on this host", Evidence("nothing that sends the log was found", from: source))
            } else if !senders.contains(where: { $0.isRunning != false }) {
                judgement.violates("\(senders[0].name) is to send the log, and does not run")
            } else if !senders.contains(where: { $0.isRunning == true }) {
                judgement.isUnknown("whether \(senders[0].name) runs could not be seen")
            }
            return judgement.answer
        }
    }
}
