extension Playbook {
    /// An AI agent that talks to where it may not.
    static let agentEgress = Playbook(
        id: "agent-egress", title: "Unapproved egress by an AI agent",
        signals: [
            Signal(
                name: "egress", groups: ["agent_egress"],
                phrases: ["unapproved egress", "egress not approved", "blocked by the proxy", "prompt injection"],
                findingKinds: ["unapproved-egress"]),
            Signal(
                name: "agent", groups: ["ai_agent"],
                phrases: ["ai agent", "llm agent", "openclaw", "claude", "codex", "agent gateway", "prompt injection"]),
        ],
        rules: [
            Rule(
                name: "agent-went-out", signal: "egress", by: .host, threshold: 1, after: (signal: "agent", count: 1),
                minutes: 60,
                verdict: .high,
                meaning: "an AI agent on {subject} reached out to where it may not"),
            Rule(
                name: "destinations-of-host", signal: "egress", by: .host, threshold: 5, distinct: .destinationAddress,
                minutes: 60, verdict: .high,
                meaning: "{subject} reached {count} unapproved destinations in {minutes} minutes"),
        ],
        actions: [
            "Stop the agent's session; keep its conversation and its tool calls.",
            "See what it sent: `bailey egress`, the proxy's records. Change what secrets it could read.",
            "Look in its inputs (pages, issues, mail) for instructions that were not its user's.",
            "Approve the destination in policy if it is needed, with an owner and an end.",
        ],
        falsePositives: ["A new tool or model endpoint that is not yet in the policy."])
}
