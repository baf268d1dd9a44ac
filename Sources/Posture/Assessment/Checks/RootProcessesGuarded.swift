import ControlFrameworks
import Findings
import HostModel
import Policies

/// Whatever runs now with root's rights was started by the host itself or by the broker, not by an ordinary user or an AI agent.
struct RootProcessesGuarded: BypassCheck {
    let description = CheckDescription(
        id: "root-processes-guarded", title: "No user's or agent's process runs as root without the broker",
        category: .privilege, risk: .high,
        rationale:
            "A process that descends from a login and runs as root, but was not started by the broker, shows a way around it in use.",
        remediation:
            "Find out what started it and end it; close the way it came (bailey guard bypasses lists those there are), and use bailey run.",
        controls: [
            .iso("A.8.2"), .iso("A.8.15"), .iso("A.8.16"), .iso("A.8.18"), .csf("DE.CM-03"), .csf("PR.AA-05"),
            .sp80053("AC-6(9)"), .sp80053("AU-12"), .sp80053("SI-4"),
        ])

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (processes, source) = search.look(at: context.snapshot.processes) else { return search }
        if case .unseen(let gap) = context.snapshot.accounts { search.misses(gap) }
        if case .unseen(let gap) = context.snapshot.broker { search.misses(gap) }
        var agents = CommandPolicy.Agents()
        switch context.commandPolicy {
        case .usable(let policy): agents = policy.agents
        case .missing: break
        case .broken(let why): search.misses("which programs are AI agents", why.first ?? "the policy cannot be used")
        }
        let origins = ProcessOrigins(
            processes, accounts: context.snapshot.accounts.value, broker: context.snapshot.broker.value,
            agents: agents, agentAccounts: context.agentAccounts)
        judge(processes, origins, setUserIDPrograms(context), source, &search)
        return search
    }

    /// Paths of those that packages brought.
    private func setUserIDPrograms(_ context: AssessmentContext) -> Set<String> {
        let files = context.snapshot.privilegedFiles.value?.files ?? []
        return Set(files.filter { $0.isPackaged == true && $0.isSetUserID }.map(\.file.path))
    }

    private func judge(
        _ processes: [HostProcess], _ origins: ProcessOrigins, _ setUserID: Set<String>, _ source: String,
        _ search: inout BypassSearch
    ) {
        let privileged = processes.filter(origins.hasRootRights)
        let byID = Dictionary(processes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var groups: [ProcessID: (who: String, sign: String, members: [HostProcess])] = [:]
        var guarded = 0
        var unknown: [HostProcess] = []
        for process in privileged {
            switch origins.origin(of: process) {
            case .broker: guarded += 1
            case .host: continue
            case .unknown: unknown.append(process)
            case .person(let who, let sign, let entry): groups[entry, default: (who, sign, [])].members.append(process)
            case .agent(let mark, let sign, let entry):
                groups[entry, default: ("an AI agent (\(mark))", sign, [])].members.append(process)
            }
        }
        for (entry, group) in groups.sorted(by: { $0.key < $1.key }) {
            guard let first = byID[entry] else { continue }
            search.finds(bypass(first, who: group.who, sign: group.sign, group.members, setUserID))
        }
        if !unknown.isEmpty {
            let names = unknown.prefix(3).map { "\($0.id) (\($0.name.displayed(limit: 40)))" }.joined(separator: ", ")
            let more = unknown.count > 3 ? " and \(unknown.count - 3) more" : ""
            search.misses(
                "where \(unknown.count == 1 ? "process" : "processes") \(names)\(more) come from",
                "their parents have ended, and neither a login nor a unit is recorded",
                remedy: "let pam_loginuid set the login, and systemd start services")
        }
        let unread = processes.count { $0.login == .unseen }
        if unread > 0 { search.misses("the logins of \(unread) processes", "may not be read", remedy: "run as root") }
        search.sees(
            "\(privileged.count) processes with root's rights, \(guarded) of them by the broker", from: source)
    }

    /// A set-user-id program of a package that runs by itself, as `passwd` does, is no way around; what it starts is.
    private func bypass(
        _ entry: HostProcess, who: String, sign: String, _ members: [HostProcess], _ setUserID: Set<String>
    ) -> Bypass {
        let isItself = members.count == 1 && entry.executable.map(setUserID.contains) ?? false
        let name = entry.name.displayed(limit: 40)
        let rights =
            entry.userID == .root
            ? "as root" : "with \(CapabilityName.names(in: entry.effectiveCapabilities).joined(separator: ", "))"
        let more = members.count > 1 ? " and \(members.count - 1) more" : ""
        return Bypass(
            isItself ? .noted : .open,
            "process \(entry.id) (\(name))\(more) runs \(rights) for \(who.displayed), not by the broker",
            Resource(.process, "\(entry.id)"), accounts: [who],
            evidence: [
                Evidence(
                    "\((entry.executable ?? name).displayed) runs \(rights); \(sign.displayed(limit: 300))",
                    from: "/proc/\(entry.id)")
            ]
                + members.filter { $0.id != entry.id }.prefix(20).map {
                    Evidence("\(($0.executable ?? $0.name).displayed) runs below it", from: "/proc/\($0.id)")
                })
    }
}
