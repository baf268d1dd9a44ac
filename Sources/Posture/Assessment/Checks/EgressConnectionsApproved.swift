import ControlFrameworks
import Findings
import HostModel
import Policies

/// Every outbound connection that is open now is covered by an accepted rule in force.
struct EgressConnectionsApproved: Check {
    let description = CheckDescription(
        id: "egress_connections_approved", title: "Every outbound connection is approved", category: .network,
        risk: .medium,
        rationale: "A connection that no rule explains may be data leaving, or a program taking orders from elsewhere.",
        remediation: """
            Find out what the connection is for: end it, or approve it with a reason in egress-allowlist.yaml (bailey baseline \
            egress proposes rules).
            """,
        controls: [
            .iso("A.8.12"), .iso("A.8.16"), .iso("A.8.20"), .csf("DE.CM-01"), .csf("PR.IR-01"), .sp80053("SC-7"),
            .sp80053("SI-4"),
        ])

    /// Destinations named in the evidence; a busy host has tens of thousands of connections, the document's egress report all of them.
    private static let shown = 50

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        guard let report = context.egress else { return context.socketsNotSeen }
        let source = "kernel socket table and egress allowlist (\(report.rulesCount) rules)"
        var judgement = Judgement()
        for verdict in [EgressVerdict.unapproved, .expired] {
            let destinations = Destination.all(
                of: report.connections.filter { $0.verdict == verdict && !$0.isUndecided }, in: context)
            for (destination, count) in destinations.prefix(Self.shown) {
                let open = count == 1 ? "1 connection" : "\(count) connections"
                let why = verdict == .expired ? "the rule that covered it has expired" : "no rule covers it"
                judgement.violates(
                    "\(destination) is not approved", Evidence("\(destination): \(open), \(why)", from: source))
            }
            if destinations.count > Self.shown {
                let rest = destinations.count - Self.shown
                judgement.violates(
                    "\(rest) more destinations", Evidence("\(rest) more destinations \(verdict.rawValue)", from: source)
                )
            }
        }
        let approved = report.connections.count { $0.verdict == .approved }
        judgement.sees(
            Evidence("\(approved) of \(report.connections.count) outbound connections approved", from: source))
        let undecided = report.connections.count(where: \.isUndecided)
        if undecided > 0 {
            judgement.isUnknown(
                "\(undecided) connections that rules approve for one process or name, which could not be told")
        }
        for gap in context.hiddenSockets { judgement.isUnknown(gap) }
        return judgement.answer
    }
}

/// Where connections lead, and from which program: connections alike are one line of evidence.
private struct Destination: Hashable, CustomStringConvertible {
    let transport: Transport
    let remote: Endpoint
    let process: String?

    var description: String {
        let holder = process.map { " (\($0.displayed))" } ?? ""
        return "\(transport.rawValue) to \(remote.addressText) port \(remote.port)\(holder)"
    }

    private var sortKey: (IPAddress, UInt32, String) { (remote.ip ?? .anyIPv4, remote.port, process ?? "") }

    /// Each destination with how many connections lead there, by address and port.
    static func all(
        of connections: [EgressReport.Connection], in context: AssessmentContext
    ) -> [(destination: Destination, count: Int)] {
        let table = context.snapshot.sockets.value
        var counts: [Destination: Int] = [:]
        for connection in connections {
            let socket = connection.socket
            let process = table?.holders(of: socket).first?.name
            counts[Destination(transport: socket.transport, remote: socket.remote, process: process), default: 0] += 1
        }
        return counts.sorted { $0.key.sortKey < $1.key.sortKey }.map { ($0.key, $0.value) }
    }
}
