import ControlFrameworks
import Findings
import HostModel

/// No `Match` block of the SSH server takes back what the rest of its configuration asks for.
struct SSHMatchExceptions: Check {
    let description = CheckDescription(
        id: "ssh-match-exceptions", title: "No exception of the SSH server loosens its rules", category: .ssh,
        risk: .high,
        rationale:
            "A setting that looks strict is worth what its weakest exception allows, and exceptions are made once and forgotten.",
        remediation:
            "Remove the setting from the Match block, or narrow the block to the accounts and addresses that need it and say why beside it.",
        controls: [
            .iso("A.8.5"), .iso("A.8.9"), .csf("PR.AA-03"), .csf("PR.PS-01"), .sp80053("AC-17"), .sp80053("CM-6"),
        ])

    /// Values from strict to loose, by keyword; a block loosens when its value stands further right than the global one.
    private static let orders: [(keyword: String, values: [String])] = [
        ("permitrootlogin", ["no", "forced-commands-only", "without-password", "yes"]),
        ("passwordauthentication", ["no", "yes"]), ("kbdinteractiveauthentication", ["no", "yes"]),
        ("permitemptypasswords", ["no", "yes"]), ("hostbasedauthentication", ["no", "yes"]),
        ("permittunnel", ["no", "ethernet", "point-to-point", "yes"]), ("x11forwarding", ["no", "yes"]),
        ("gatewayports", ["no", "clientspecified", "yes"]),
    ]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sshServer.assess { server, source in
            guard !server.conditionalBlocks.isEmpty else {
                return .compliant([Evidence("no Match block", from: source)])
            }
            var judgement = Judgement()
            for block in server.conditionalBlocks {
                let loosened = Self.orders.compactMap { loosening($0, in: block, of: server) }
                for what in loosened {
                    judgement.violates(
                        "Match \(block.criteria) sets \(what)",
                        Evidence("Match \(block.criteria): \(what)", from: block.location))
                }
                if loosened.isEmpty {
                    judgement.sees(Evidence("Match \(block.criteria) loosens nothing", from: block.location))
                }
            }
            return judgement.answer
        }
    }

    private func loosening(
        _ order: (keyword: String, values: [String]), in block: SSHServerConfiguration.ConditionalBlock,
        of server: SSHServerConfiguration
    ) -> String? {
        guard let here = block.settings[order.keyword]?.first, let everywhere = server.value(order.keyword),
            let rank = order.values.firstIndex(of: here)
        else { return nil }
        // A value of another spelling ranks as strictest, so that the exception is shown rather than hidden.
        guard rank > order.values.firstIndex(of: everywhere) ?? 0 else { return nil }
        return "\(order.keyword) \(here) where it is \(everywhere) otherwise"
    }
}
