import ControlFrameworks
import Findings
import HostModel

/// The host passes packets on only where something on it is there to route: containers, machines, a VPN.
struct ForwardingIntended: Check {
    let description = CheckDescription(
        id: "forwarding-intended", title: "Packets are passed on only where that is the host's work",
        category: .network, risk: .medium,
        rationale: "A host that forwards joins networks that were kept apart, around the firewall between them.",
        remediation: """
            Set `net.ipv4.ip_forward = 0` and `net.ipv6.conf.all.forwarding = 0` in /etc/sysctl.d; where the \
            host routes, give its forward chain `policy drop`.
            """,
        controls: [
            .iso("A.8.20"), .iso("A.8.22"), .csf("PR.IR-01"), .csf("PR.PS-01"), .sp80053("SC-7"), .sp80053("CM-7"),
        ])

    private static let switches = [
        FactKey("sysctl.net.ipv4.ip_forward"), FactKey("sysctl.net.ipv6.conf.all.forwarding"),
    ]
    private static let routers = [
        "dockerd", "containerd", "podman", "libvirtd", "virtnetworkd", "lxd", "incusd", "kubelet", "k3s",
        "tailscaled", "openvpn", "charon", "bird", "zebra", "systemd-nspawn",
    ]

    var facts: [FactKey] { Self.switches }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        var isForwarding = false
        for key in Self.switches {
            guard let (value, source) = judgement.look(at: context.snapshot[key]) else { continue }
            judgement.sees(Evidence("\(key) is \(value)", from: source))
            if case .number(let number) = value, number > 0 { isForwarding = true }
        }
        if isForwarding { judgeRouter(context, &judgement) }
        return judgement.answer
    }

    private func judgeRouter(_ context: AssessmentContext, _ judgement: inout Judgement) {
        guard let (processes, source) = judgement.look(at: context.snapshot.processes) else { return }
        guard let router = processes.first(where: { process in Self.routers.contains { process.runs($0) } }) else {
            judgement.violates(
                "packets are passed on, and nothing here is known to need it",
                Evidence("no container, machine or VPN service runs", from: source))
            return
        }
        judgement.sees(Evidence("\(router.name) runs as process \(router.id)", from: source))
        guard case .seen(let firewall, let origin) = context.snapshot.firewall, firewall.legacyTables.isEmpty,
            !firewall.chains.contains(where: { $0.hook == "forward" && $0.deniesByDefault })
        else { return }
        judgement.fallsShort("everything is passed on", Evidence("no forward chain denies by default", from: origin))
    }
}
