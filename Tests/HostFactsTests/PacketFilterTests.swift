import Foundation
import HostModel
import LinuxSystem
import TestSupport
import Testing

@testable import HostFacts

/// Real nf_tables in a namespace of the test's own, written by `nft` and by `iptables`.
@Suite(.enabled(if: geteuid() == 0)) struct PacketFilterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var chain: String
        var policy: FirewallState.Verdict
        var final: FirewallState.Verdict?
        var denies: Bool
        var testDescription: String { name }
    }

    @Test(
        "A base chain is read with its policy and with the rule that decides about every packet",
        arguments: [
            Case(name: "no rules", chain: "policy accept;", policy: .accept, final: nil, denies: false),
            Case(
                name: "policy drop", chain: "policy drop; tcp dport 22 accept", policy: .drop, final: nil, denies: true),
            Case(
                name: "final drop", chain: "policy accept; ct state established accept; counter drop", policy: .accept,
                final: .drop, denies: true),
            Case(
                name: "final reject", chain: "policy accept; iif lo accept; reject", policy: .accept, final: .reject,
                denies: true),
            Case(
                name: "an accept of everything in front of policy drop",
                chain: "policy drop; accept; tcp dport 22 drop",
                policy: .drop, final: .accept, denies: false),
        ])
    func chain(_ expected: Case) throws {
        let hook = "type filter hook input priority 0;"
        let state = try firewall(after: "nft 'table inet t { chain c { \(hook) \(expected.chain); }; }'")
        let chain = try #require(state.chains.first { $0.table == "t" })
        #expect(chain.family == "inet" && chain.hook == "input" && chain.name == "c")
        #expect(chain.policy == expected.policy)
        #expect(chain.finalVerdict == expected.final)
        #expect(chain.deniesByDefault == expected.denies)
    }

    @Test("What iptables of Debian writes is read from the same tables")
    func iptables() throws {
        let state = try firewall(after: "iptables -P INPUT DROP && iptables -A INPUT -i lo -j ACCEPT")
        let chain = try #require(state.chains.first { $0.family == "ip" && $0.name == "INPUT" })
        #expect(chain.policy == .drop && chain.ruleCount == 1 && chain.finalVerdict == nil)
    }

    @Test("A namespace without rules has no chains, which is not the same as not having looked")
    func empty() throws {
        #expect(try firewall(after: "true").chains.isEmpty)
    }

    private func firewall(after command: String) throws -> FirewallState {
        let program = try RunningProgram(["unshare", "--net", "sh", "-c", "\(command) && echo ready && read line"])
        let namespace = try NamespaceDescriptor(opening: "/proc/\(program.id)/ns/net")
        let observation = try OwnThread { () -> Observation<FirewallState> in
            do throws(SystemError) {
                try namespace.enter()
                return PacketFilterSurvey.read()
            } catch {
                return .unseen(Gap(what: "namespace", why: error.description))
            }
        }.join()
        return try #require(observation.value, "\(observation)")
    }
}
