import ControlFrameworks
import Findings
import HostModel
import JSON

/// The configuration says where the gateway will listen at its next start, the socket where it listens now; both have to be loopback.
struct GatewayLoopbackOnly: Check {
    let description = CheckDescription(
        id: "gateway_loopback_only", title: "The AI agent's gateway listens on loopback alone", category: .agents,
        risk: .critical,
        rationale: """
            Whoever reaches the gateway's port and gets past its one secret commands the agent with all of its account's rights. On \
            loopback only processes of the host can try.
            """,
        remediation: """
            Set gateway.bind to "loopback" in openclaw.json, restart the gateway, and reach it from elsewhere through SSH or a VPN.
            """,
        controls: [
            .iso("A.8.20"), .iso("A.8.21"), .iso("A.8.22"), .csf("PR.IR-01"), .csf("PR.AA-05"), .sp80053("SC-7"),
            .sp80053("CM-7"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        let listeners = context.snapshot.sockets.map(GatewayListeners.init)
        let strays = strays(listeners, besides: context.snapshot.agentGateways.value ?? [])
        return context.judgeGateways(startingFrom: strays) { gateway, configuration, source in
            .judged(judge(gateway, configuration, source, listeners))
        }
    }

    private func judge(
        _ gateway: AgentGateway, _ configuration: JSONValue, _ source: String,
        _ listeners: Observation<GatewayListeners>
    ) -> Judgement {
        let live = listeners.value?.listeners(of: gateway, configuration: configuration) ?? []
        var judgement = configured(configuration, source, account: gateway.account, isListening: !live.isEmpty)
        for listener in live { Self.judge(listener, &judgement) }
        switch listeners {
        case .seen(_, let source):
            if live.isEmpty {
                judgement.sees(Evidence("no gateway of \(gateway.account) is listening now", from: source))
            }
        case .absent(let why, _): judgement.isUnknown("what the gateway of \(gateway.account) listens on: \(why)")
        case .unseen(let gap):
            judgement.isUnknown("what the gateway of \(gateway.account) listens on: \(gap.what): \(gap.why)")
        }
        return judgement
    }

    /// What the configuration asks for. `auto` leaves the choice to the program; so does no setting at all, whose choice the socket
    /// shows while the gateway runs.
    private func configured(
        _ configuration: JSONValue, _ source: String, account: String, isListening: Bool
    ) -> Judgement {
        var judgement = Judgement()
        let gateway = configuration["gateway"]
        let mode = gateway?["mode"]?.text ?? "not set"
        let bind = gateway?["bind"]?.text
        let authentication = (gateway?["auth"]?["mode"] ?? configuration["auth"]?["mode"])?.text ?? "not set"
        let evidence = Evidence(
            "gateway.mode \(mode.displayed), gateway.bind \((bind ?? "not set").displayed), auth.mode "
                + authentication.displayed, from: source)
        switch bind {
        case "loopback", "localhost", "127.0.0.1", "::1": judgement.sees(evidence)
        case "custom" where Self.isLoopback(gateway?["customBindHost"]?.text ?? gateway?["host"]?.text):
            judgement.sees(evidence)
        case nil where isListening: judgement.sees(evidence)
        case nil, "auto":
            judgement.fallsShort("\(account): gateway.bind leaves the address to the program's default", evidence)
        case .some(let bind):
            judgement.violates("\(account): gateway.bind is \u{201c}\(bind.displayed)\u{201d}", evidence)
        }
        let tailscale = gateway?["tailscale"]?["mode"]?.text
        if let tailscale, tailscale != "off" {
            let evidence = Evidence("gateway.tailscale.mode \(tailscale.displayed)", from: source)
            if tailscale == "serve" {
                judgement.fallsShort("\(account): published to the tailnet", evidence)
            } else {
                judgement.violates("\(account): published beyond the host (\(tailscale.displayed))", evidence)
            }
        }
        return judgement
    }

    private static func isLoopback(_ host: String?) -> Bool {
        guard let host else { return false }
        return host == "localhost" || IPAddress(host)?.isLoopback ?? false
    }

    private static func judge(_ listener: GatewayListeners.Listener, _ judgement: inout Judgement) {
        if listener.exposure == .loopback {
            judgement.sees(listener.evidence)
        } else {
            judgement.violates("the gateway \(listener.evidence.what)", listener.evidence)
        }
    }

    /// Gateways that listen without a configuration in the home of the account they run as.
    private func strays(_ listeners: Observation<GatewayListeners>, besides gateways: [AgentGateway]) -> Judgement {
        var judgement = Judgement()
        for listener in listeners.value?.listeners(besides: gateways) ?? [] { Self.judge(listener, &judgement) }
        return judgement
    }
}
