import Findings
package import HostModel
package import Policies

package import struct FoundationEssentials.Date

/// Holds every listening socket against the approved ports.
package struct PortAudit {
    let table: SocketTable
    let policy: PortPolicy
    let now: Date
    let policyPath: String
    let subjects: SocketSubjects
    private let host: HostIdentity

    /// - Parameter policyPath: the file that remedies tell people to write rules into.
    package init(
        table: SocketTable, policy: PortPolicy, host: HostIdentity, now: Date,
        policyPath: String = "approved-ports.yaml"
    ) {
        self.table = table
        self.policy = policy
        self.host = host
        self.now = now
        self.policyPath = policyPath
        subjects = SocketSubjects(table)
    }

    package func report() -> PortReport {
        let decider = PortDecider(policy: policy, table: table, now: now)
        var listeners: [PortReport.Listener] = []
        var groups = PortFindingGroups()
        var matches = [Int](repeating: 0, count: policy.rules.count)
        var hidden = HiddenOwners()
        // An MPTCP listener is one door, though the kernel lists the TCP socket beneath it too.
        for socket in table.sockets
        where (socket.direction == .listening && !socket.isSubflow) || socket.direction == .sniffer {
            let decision = decider.decide(socket)
            let exposure = table.exposure(of: socket)
            let cleartext = cleartextService(of: socket, exposure: exposure)
            for rule in decision.matched { matches[rule] += 1 }
            let isUndecided = decision.outcome != .approved && decision.hiddenOwnerRule != nil
            if isUndecided { hidden.note(socket) }
            let verdict = verdict(decision, isCleartext: cleartext != nil)
            var listener = PortReport.Listener(
                socket: socket, exposure: exposure, verdict: verdict,
                rule: decision.rule.map { policy.rules[$0].header.id })
            listener.isUndecided = isUndecided
            listeners.append(listener)
            for kind in kinds(socket, decision, exposure, cleartext) {
                groups.add(socket, kind, decision, exposure: exposure, subject: subjects.number(of: socket))
            }
        }
        let rules = RuleFindings(
            policyName: "approved port", now: now, isIncomplete: !table.gaps.isEmpty || hidden.isAny)
        return PortReport(
            generatedAt: now, host: host, rulesCount: policy.rules.count, listeners: listeners,
            findings: groups.all.map(finding)
                + rules.findings(for: policy.rules.map(\.header), matches: matches, isQuietWhenUnused: { _ in false }),
            gaps: table.gaps + hidden.gaps(of: "listening sockets"))
    }

    private func verdict(_ decision: PortDecision, isCleartext: Bool) -> PortVerdict {
        switch decision.outcome {
        case .unapproved: .unapproved
        case .expired: .expired
        case .approved: isCleartext ? .insecure : .approved
        }
    }

    private func cleartextService(of socket: Socket, exposure: Exposure) -> CleartextService? {
        guard let service = CleartextService.at(socket.transport, port: socket.local.port),
            service.severity(exposure: exposure) != nil
        else { return nil }
        return service
    }

    /// What is wrong with a socket, each a finding of its own: a rule that approves it makes it neither encrypted nor private.
    private func kinds(
        _ socket: Socket, _ decision: PortDecision, _ exposure: Exposure, _ cleartext: CleartextService?
    ) -> [FindingKind] {
        if socket.transport == .packet { return decision.outcome == .unapproved ? [.sniffer] : [] }
        var kinds: [FindingKind] = []
        if decision.outcome == .unapproved { kinds.append(.unapprovedPort) }
        // Raw sockets have no port that anybody could connect to.
        if exposure == .public, !decision.acknowledgesExposure, socket.transport != .raw { kinds.append(.publicBind) }
        if cleartext != nil { kinds.append(.insecurePort) }
        return kinds
    }
}

/// Sockets whose holders could not be seen while a rule asks for one, counted to be told once.
struct HiddenOwners {
    private var notPermitted = 0
    private var ownerless = 0

    var isAny: Bool { notPermitted + ownerless > 0 }

    mutating func note(_ socket: Socket, count: Int = 1) {
        if socket.ownership == .unknown { notPermitted += count } else { ownerless += count }
    }

    func gaps(of what: String) -> [Gap] {
        var gaps: [Gap] = []
        if notPermitted > 0 {
            gaps.append(
                Gap(
                    what: "the processes that hold \(notPermitted) \(what) which a rule would approve for one process",
                    why: "the processes of other users may not be looked at", remedy: "run as root"))
        }
        if ownerless > 0 {
            gaps.append(
                Gap(
                    what: "the processes that held \(ownerless) \(what) which a rule would approve for one process",
                    why: "the sockets are closing or not yet accepted, and no process holds them any more"))
        }
        return gaps
    }
}
