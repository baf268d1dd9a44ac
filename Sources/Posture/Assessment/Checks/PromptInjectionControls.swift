import ControlFrameworks
import Findings
import HostModel
import JSON

/// What strangers write must not become commands. An agent that hears anybody while its tools run on the host itself has nothing in
/// between; whether injected instructions are recognised is for the inspection proxy to say.
struct PromptInjectionControls: Check {
    let description = CheckDescription(
        id: "prompt_injection_controls", title: "Text from strangers cannot command the AI agent", category: .agents,
        risk: .high,
        rationale: """
            A language model cannot tell data from instructions. Messages, pages and files it reads can tell it to run commands or \
            give secrets away.
            """,
        remediation: """
            Name the senders of every channel, run tools in a sandbox (agents.defaults.sandbox.mode: "all"), and send the agent's \
            traffic through the inspection proxy.
            """,
        controls: [
            .iso("A.8.7"), .iso("A.8.26"), .iso("A.8.28"), .csf("PR.PS-05"), .csf("DE.CM-09"), .sp80053("SI-10"),
            .sp80053("SI-3"),
        ])

    private static let noProxy =
        "the inspection proxy is not installed: nothing examines what the agent reads and sends"

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.judgeGateways { gateway, configuration, source in
            var judgement = Judgement()
            let sandbox = configuration["agents"]?["defaults"]?["sandbox"]?["mode"]?.text
            let open = Self.openChannels(configuration)
            let hears =
                open.isEmpty ? "no channel hears everybody" : "heard by anybody: \(open.joined(separator: ", "))"
            let evidence = Evidence("\(hears); sandbox.mode \((sandbox ?? "not set, so off").displayed)", from: source)
            if open.isEmpty {
                judgement.sees(evidence)
            } else if sandbox == "all" || sandbox == "non-main" {
                judgement.fallsShort("\(gateway.account): anybody can give the sandboxed agent instructions", evidence)
            } else {
                judgement.violates(
                    "\(gateway.account): anybody can give instructions to an agent whose tools run on the host",
                    evidence)
            }
            judgement.isUnknown(Self.noProxy)
            return .judged(judgement)
        }
    }

    private static func openChannels(_ configuration: JSONValue) -> [String] {
        AgentGateway.channels(in: configuration).filter { channel in
            let lists = [channel["allowFrom"], channel["dm"]?["allowFrom"], channel["groupAllowFrom"]]
            return channel["dmPolicy"]?.text == "open" || channel["dm"]?["policy"]?.text == "open"
                || lists.contains { $0?.elements?.contains { $0.text?.trimmed == "*" } ?? false }
        }.map(\.name)
    }
}
