import Assessment
import ControlFrameworks
import Findings
import HostModel
import Policies

import struct FoundationEssentials.Date

/// The example host's listeners and connections held against a policy.
enum ExampleReports {
    /// 2026-11-21T03:04:05Z.
    static let now = Date(timeIntervalSince1970: 1_795_230_245)

    static let host = HostIdentity(
        hostname: "bailey-example</title>", operatingSystem: "Debian GNU/Linux 12 (bookworm)", kernel: "6.1.0-28-amd64",
        root: "/",
        isLive: true, observer: .root)

    static let ports: PortReport = {
        let table = ExampleSockets.table
        let sockets = table.sockets.filter { $0.direction == .listening || $0.direction == .sniffer }
        let listeners = sockets.map { socket in
            let (verdict, rule): (PortVerdict, String?) =
                switch socket.local.port {
                case 22, 443: (.approved, socket.local.port == 22 ? "ssh" : "web \"<edge>\"")
                case 5432: (.expired, "postgres-local")
                case 23: (.insecure, "telnet-lab")
                default: (.unapproved, nil)
                }
            return PortReport.Listener(
                socket: socket, exposure: table.exposure(of: socket), verdict: verdict, rule: rule)
        }
        return PortReport(
            generatedAt: now, host: host, rulesCount: 4, listeners: listeners, findings: portFindings, gaps: table.gaps)
    }()

    static let egress: EgressReport = {
        let connections = ExampleSockets.table.sockets.filter { $0.direction == .outbound }.map { socket in
            let (verdict, rule, name): (EgressVerdict, String?, String?) =
                switch socket.remote.port {
                case 443: (.approved, "updates", "deb.example.org")
                case 123: (.approved, "time", nil)
                case 5432: (.expired, "reporting-database", nil)
                default: (.unapproved, nil, nil)
                }
            return EgressReport.Connection(socket: socket, verdict: verdict, rule: rule, remoteName: name)
        }
        return EgressReport(
            generatedAt: now, host: host, rulesCount: 3, connections: connections, findings: egressFindings,
            gaps: ExampleSockets.table.gaps)
    }()

    static let portFindings: [Finding] = [
        finding(
            .insecurePort, "tcp/[::]:23", .critical, "telnet (23/tcp) is open to other hosts",
            "\(ExampleSockets.attribute) [4002] listens on [::]:23; everything typed over it can be read on the way.",
            "Use SSH instead: stop the service, then remove the rule telnet-lab.", [.iso("A.8.20"), .csf("PR.DS-02")]),
        finding(
            .unapprovedPort, "tcp/10.0.3.7:8080", .high, "8080/tcp is open and nobody approved it",
            "\(ExampleSockets.markup) [4001] listens on 10.0.3.7:8080 (private).",
            "Stop it, bind it to loopback, or approve it in approved-ports.yaml with a reason.", [.iso("A.8.20")]),
        finding(
            .unapprovedPort, "udp/[fe80::1]:5353", .high, "5353/udp is open and nobody approved it",
            "\(ExampleSockets.escape) [4003] listens on [fe80::1]:5353 (private).",
            "Stop it, bind it to loopback, or approve it in approved-ports.yaml with a reason.", [.iso("A.8.20")]),
        finding(
            .sniffer, "packet/4004", .high, "A process reads whole frames",
            "\(ExampleSockets.backwards) [4004] holds a packet socket.",
            """
            Find out who started it; stop it if nobody needs it. If it is needed, approve it:
            # /etc/bailey/<b>.yaml, below rules:
              - protocol: packet
                interface: if7\u{1b}[2K

            """,
            [.csf("DE.CM-01")]),
        finding(
            .expiredApproval, "postgres-local", .medium, "The approval postgres-local expired on 2026-10-31",
            "approved-ports.yaml:12:5", "Renew it with a new date, or close port 5432.", [.iso("A.8.9")]),
    ]

    static let egressFindings: [Finding] = [
        finding(
            .unapprovedEgress, "tcp/[2001:db8:ffff::25]:25", .high,
            "Outbound mail to [2001:db8:ffff::25]:25 is not allowed",
            "\(ExampleSockets.attribute) [4002] sends 512 bytes.", "Stop it, or allow the destination with a reason.",
            [.iso("A.8.23"), .csf("DE.CM-01")]),
        finding(
            .unapprovedEgress, "tcp/198.51.100.77:6667", .high,
            "Outbound connection to 198.51.100.77:6667 is not allowed",
            "\(ExampleSockets.backwards) [4004] in namespace blue.", "Stop it: nobody speaks IRC here.",
            [.iso("A.8.23"), .csf("DE.CM-01")]),
        finding(
            .unusedRule, "time-backup", .low, "The rule time-backup matched nothing", "egress-allowlist.yaml:31:5",
            "Remove it, or say in its comment when it is used.", []),
    ]

    private static func finding(
        _ kind: FindingKind, _ name: String, _ severity: Severity, _ title: String, _ detail: String,
        _ remediation: String,
        _ controls: [ControlID]
    ) -> Finding {
        let resource: Resource.Kind = kind == .expiredApproval || kind == .unusedRule ? .rule : .socket
        var finding = Finding(
            kind: kind, identity: [name], severity: severity, title: title, detail: detail,
            evidence: [Evidence(detail, from: "sock_diag(7)")], resource: Resource(resource, name), controls: controls,
            techniques: kind == .unapprovedEgress ? ["T1571"] : [], remediation: remediation, seenAt: now)
        finding.confidence = kind == .unapprovedEgress ? 0.9 : 1
        return finding
    }
}
