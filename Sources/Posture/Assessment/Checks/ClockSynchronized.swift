import ControlFrameworks
import Findings
import HostModel

/// Something keeps the clock in step: the kernel says so, and a service is there that goes on doing it.
struct ClockSynchronized: Check {
    let description = CheckDescription(
        id: "clock-synchronized", title: "The clock is kept in step with others", category: .time, risk: .medium,
        rationale: """
            Logs of hosts whose clocks disagree cannot be put in order, and tokens and certificates are judged \
            by the clock.
            """,
        remediation: """
            Run systemd-timesyncd (`timedatectl set-ntp true`) or chrony, and let it reach its servers (UDP port \
            123).
            """,
        controls: [.iso("A.8.17"), .csf("PR.PS-04"), .csf("DE.AE-03"), .sp80053("AU-8")])

    private static let services = [
        "chronyd", "systemd-timesyncd", "ntpd", "ntpsec", "openntpd", "ptp4l", "phc2sys",
    ]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.clock.assess { clock, source in
            var judgement = Judgement()
            let inStep = "the kernel's clock is in step, within \(clock.estimatedError) µs"
            let state = Evidence(clock.isSynchronized ? inStep : "the kernel's clock is not in step", from: source)
            guard let (processes, origin) = judgement.look(at: context.snapshot.processes) else {
                if !clock.isSynchronized { judgement.fallsShort("the clock is not in step", state) }
                return judgement.answer
            }
            let running = processes.first { process in Self.services.contains { process.runs($0) } }
            let none = "none of \(Self.services.joined(separator: ", ")) runs"
            let service = Evidence(running.map { "\($0.name) runs as process \($0.id)" } ?? none, from: origin)
            switch (clock.isSynchronized, running != nil) {
            case (true, true): judgement.sees(state, service)
            case (true, false):
                judgement.fallsShort("the clock is in step now, but nothing here keeps it so", state, service)
            case (false, true):
                judgement.fallsShort("a time service runs, but the clock is not in step", state, service)
            case (false, false): judgement.violates("nothing keeps the clock in step", state, service)
            }
            return judgement.answer
        }
    }
}
