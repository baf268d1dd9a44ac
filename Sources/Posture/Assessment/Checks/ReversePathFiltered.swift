import ControlFrameworks
import Findings
import HostModel

/// Packets whose sender's address cannot lie where they come from are dropped.
struct ReversePathFiltered: Check {
    let description = CheckDescription(
        id: "reverse-path-filtered", title: "Packets from impossible addresses are dropped", category: .network,
        risk: .low,
        rationale: """
            A packet that claims to come from inside and arrives from outside is made up; rules that trust \
            addresses believe it.
            """,
        remediation: """
            Put `net.ipv4.conf.all.rp_filter = 2` (1 where routes are symmetric) into \
            /etc/sysctl.d/60-hardening.conf and run `sysctl --system`.
            """,
        controls: [.iso("A.8.20"), .csf("PR.IR-01"), .csf("PR.PS-01"), .sp80053("SC-7"), .sp80053("CM-6")])

    private static let all = FactKey("sysctl.net.ipv4.conf.all.rp_filter")
    private static let standard = FactKey("sysctl.net.ipv4.conf.default.rp_filter")

    var facts: [FactKey] { [Self.all, Self.standard] }

    /// For each interface the larger of its own value and that of `all` counts (ip-sysctl); new ones begin with `default`.
    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot[Self.all].assess { all, source in
            let everywhere = Evidence("net.ipv4.conf.all.rp_filter is \(all)", from: source)
            if case .number(let value) = all, value > 0 { return .compliant([everywhere]) }
            return context.snapshot[Self.standard].assess { standard, origin in
                let evidence = [everywhere, Evidence("net.ipv4.conf.default.rp_filter is \(standard)", from: origin)]
                guard case .number(let value) = standard, value > 0 else {
                    return .violation(evidence, gap: "no interface checks where packets come from")
                }
                return .partial(evidence, gap: "only interfaces that come later check where packets come from")
            }
        }
    }
}
