internal import HostModel
private import LinuxSystem
private import Netlink

/// The packet filter of the running kernel, from the kernel's own tables: neither a service's status nor a rules file says what is in
/// force.
enum PacketFilterSurvey {
    static func read() -> Observation<FirewallState> {
        do throws(SystemError) {
            let tree = try FileTree()
            let state = FirewallState(chains: try readChains(), legacyTables: try legacyTables(tree))
            return .seen(state, from: "NETLINK_NETFILTER (nf_tables) and /proc/net/ip_tables_names")
        } catch {
            return .unseen(error.gap("the kernel's packet filter"))
        }
    }

    /// Empty when the kernel has no nf_tables, to which nfnetlink answers EINVAL.
    private static func readChains() throws(SystemError) -> [FirewallState.BaseChain] {
        do throws(SystemError) {
            return try dumpChains()
        } catch  where error.code == .invalid {
            return []
        }
    }

    private static func dumpChains() throws(SystemError) -> [FirewallState.BaseChain] {
        var netlink = try NetlinkSocket.open(.netfilter)
        for _ in 0..<5 {
            var chains: [FilterChainRecord] = []
            var rules: [FilterRuleRecord] = []
            let areChainsWhole = try netlink.dumpFilterChains { chains.append($0) } == .whole
            let areRulesWhole = try netlink.dumpFilterRules { rules.append($0) } == .whole
            guard areChainsWhole && areRulesWhole else { continue }
            return chains.map { chain in
                FirewallState.BaseChain(
                    chain,
                    rules: rules.filter {
                        $0.family == chain.family && $0.table == chain.table && $0.chain == chain.name
                    })
            }
        }
        throw SystemError("read", "nf_tables, which kept changing,", code: .interrupted)
    }

    /// Tables of ip_tables that exist: the file lists those some rule or program asked for.
    private static func legacyTables(_ tree: FileTree) throws(SystemError) -> [String] {
        var tables: [String] = []
        for (file, family) in [("ip_tables_names", "ip"), ("ip6_tables_names", "ip6")] {
            do throws(SystemError) {
                tables += try tree.lines(of: "/proc/self/net/\(file)").filter { !$0.isEmpty }.map { "\(family) \($0)" }
            } catch  where error.isAbsence {
                continue
            }
        }
        return tables
    }
}

extension FirewallState.BaseChain {
    fileprivate init(_ chain: FilterChainRecord, rules: [FilterRuleRecord]) {
        let families: [UInt8: String] = [1: "inet", 2: "ip", 3: "arp", 5: "netdev", 7: "bridge", 10: "ip6"]
        let verdicts: [FilterRuleRecord.Verdict: FirewallState.Verdict] = [
            .accept: .accept, .drop: .drop, .reject: .reject,
        ]
        self.init(
            family: families[chain.family] ?? "family \(chain.family)", table: chain.table, name: chain.name,
            hook: Self.hook(chain.hook, family: chain.family), priority: chain.priority,
            policy: chain.policy == 0 ? .drop : .accept, ruleCount: rules.count,
            finalVerdict: rules.lazy.compactMap(\.unconditionalVerdict).first.flatMap { verdicts[$0] })
    }

    /// `NF_INET_*`, `NF_ARP_*` and `NF_NETDEV_*` hook numbers.
    private static func hook(_ number: UInt32, family: UInt8) -> String {
        let names =
            switch family {
            case 3: ["input", "output", "forward"]
            case 5: ["ingress", "egress"]
            default: ["prerouting", "input", "forward", "output", "postrouting", "ingress"]
            }
        return Int(number) < names.count ? names[Int(number)] : "hook \(number)"
    }
}

/// The audit subsystem of the running kernel.
enum KernelAuditSurvey {
    static func read() -> Observation<AuditState.Kernel> {
        do throws(SystemError) {
            var netlink = try NetlinkSocket.open(.audit)
            guard let status = try netlink.auditStatus() else {
                return .unseen(Gap(what: "the kernel's audit state", why: "the kernel answered without a status"))
            }
            return .seen(
                AuditState.Kernel(
                    isEnabled: status.enabled > 0, isLocked: status.enabled == 2, daemon: ProcessID(status.daemon),
                    lostRecords: status.lost),
                from: "NETLINK_AUDIT (AUDIT_GET)")
        } catch {
            return .unseen(error.gap("the kernel's audit state"))
        }
    }
}
