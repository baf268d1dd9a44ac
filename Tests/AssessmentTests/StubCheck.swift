import Assessment
import ControlFrameworks
import Findings
import HostModel

import struct FoundationEssentials.Date

/// A check that answers what it is told to.
struct StubCheck: Check {
    var description: CheckDescription
    var answer: CheckAnswer

    init(_ id: String, _ answer: CheckAnswer, risk: Severity = .high, controls: [ControlID] = [.iso("A.8.20")]) {
        description = CheckDescription(
            id: id, title: "Title of \(id)", category: .network, risk: risk, rationale: "why",
            remediation: "mend \(id)",
            controls: controls)
        self.answer = answer
    }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer { answer }
}

extension CheckAnswer {
    static let met = CheckAnswer.compliant([Evidence("as wished", from: "/etc/test")])
    static let partlyMet = CheckAnswer.partial([Evidence("half", from: "/etc/test")], gap: "half of it")
    static let notMet = CheckAnswer.violation([Evidence("not at all", from: "/etc/test")], gap: "all of it")
    static let irrelevant = CheckAnswer.notApplicable([Evidence("no such thing", from: "/etc/test")])
    static let unseen = CheckAnswer.notAssessed("run as root")

    static func named(_ status: ControlResult.Status) -> CheckAnswer {
        switch status {
        case .compliant: met
        case .partial: partlyMet
        case .violation: notMet
        case .notApplicable: irrelevant
        case .notAssessed: unseen
        }
    }
}

/// A host and a time to assess it at.
enum StubHost {
    /// 2026-11-21T03:00:00Z
    static let now = Date(timeIntervalSince1970: 1_795_230_000)
    static let host = HostIdentity(
        hostname: "bailey-test", operatingSystem: "Debian GNU/Linux 12 (bookworm)", kernel: "6.1.0", root: "/",
        isLive: true, observer: .root)

    static func context(
        at now: Date = now, ports: [Finding]? = [], host: HostIdentity = host, gaps: [Gap] = []
    ) -> AssessmentContext {
        var table = SocketTable()
        table.gaps = gaps
        let snapshot = HostSnapshot(takenAt: now, host: host, sockets: .seen(table, from: "netlink"))
        let report = ports.map {
            PortReport(generatedAt: now, host: host, rulesCount: 1, listeners: [], findings: $0, gaps: [])
        }
        return AssessmentContext(snapshot: snapshot, ports: report, egress: nil, now: now)
    }

    static func days(_ days: Double) -> Date { now.addingTimeInterval(days * 86_400) }

    static func finding(
        _ name: String, kind: FindingKind = .publicBind, severity: Severity = .high, at time: Date = now
    ) -> Finding {
        Finding(
            kind: kind, identity: [name], severity: severity, title: "\(name) is bound to every address", detail: "…",
            evidence: [Evidence(name, from: "netlink")], resource: Resource(.socket, name), remediation: "bind it",
            seenAt: time)
    }
}
