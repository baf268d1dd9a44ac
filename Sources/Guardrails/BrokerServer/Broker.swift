internal import Auditing
internal import BrokerProtocol
private import Cryptography
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// What all connections share: who waits for whose approval, sessions, guesses, the policy, the log. Every method may be called from any
/// thread; none waits for a client.
final class Broker: Sendable {
    let configuration: BrokerConfiguration
    let audit: AuditLog
    private let syslog: SwitchedCopy
    let openFiles: Execution.ResourceLimit
    let digests = ProgramDigests()
    let oneTimeCodes: OneTimeCodeStore
    let tokens: ApprovalTokenStore
    let running: RunningMarkers
    let kept: KeptDocuments
    let accounts = RecentAccounts()
    let accountChecks = AccountChecks()
    private let policies: PolicyStore
    // Dozens of threads ask for it, and one that spins (as those of a Mutex do for a while) takes the time of the one that has it.
    private let state: Monitor<State>

    /// A request that waits, as approvers are shown it, and where its own thread hears of them.
    struct Waiting: Sendable {
        var detail: RequestDetail
        let mailbox: Mailbox
        let requester: Requester
    }

    private struct State {
        var ledger = ApprovalLedger()
        var sessions = TaskSessions()
        var attempts = ProofAttempts()
        var waiting: [RequestID: Waiting] = [:]
        var connections: Connections
        /// Commands that run, and where the thread of each hears that it has to end.
        var running: [RequestID: Mailbox] = [:]
        /// Bytes of documents that are held while somebody edits them.
        var documentBytes = 0
        /// The version that the log says is in force.
        var recordedPolicy: SubjectDigest?
        var isStopping = false
    }

    private struct Connections {
        var bounds: ConnectionBounds
        var count = 0
        var ofUser: [UserID: Int] = [:]
    }

    /// - Parameter openFiles: how many files a command may hold open where its rule says nothing; the broker itself may hold as many as
    ///   the hard limit says.
    init(_ configuration: BrokerConfiguration, openFiles: Execution.ResourceLimit) throws(AuditError) {
        self.configuration = configuration
        self.openFiles = openFiles
        let bounds = ConnectionBounds(
            configuration.limits, pendingLimit: CommandPolicy.Pending().limit, openFiles: openFiles.hard)
        state = Monitor(State(connections: Connections(bounds: bounds)))
        syslog = try SwitchedCopy()
        audit = try AuditLog(AuditLog.Configuration(directory: configuration.auditDirectory), copies: [syslog])
        policies = PolicyStore(directory: configuration.policyDirectory)
        oneTimeCodes = OneTimeCodeStore(directory: configuration.oneTimeCodeDirectory)
        tokens = ApprovalTokenStore(directory: configuration.tokenDirectory)
        do throws(SystemError) {
            // Everybody has to get to the socket in it; what is private in it has a directory of its own.
            _ = try Directory(
                making: configuration.runtimeDirectory, permissions: 0o755,
                followingLinksOf: [CurrentProcess.effectiveUserID])
            running = try RunningMarkers(directory: configuration.markerDirectory)
            kept = try KeptDocuments(directory: configuration.keptDirectory)
        } catch {
            throw .system(error)
        }
    }

    /// Says that the broker runs, and of every command that an earlier one had started and did not see the end of that it is over.
    func recordStart() throws(AuditError) {
        let interrupted = running.interrupted.map { command in
            AuditDraft(
                .finish, request: command.id.description, actor: command.actor,
                details: [
                    AuditField("status", "unseen"),
                    AuditField(
                        "why", "the broker was killed before the end was recorded; the command was hung up with it"),
                ])
        }
        turnCopyOn(by: policies.current().policies)
        let start = AuditDraft(.brokerStart, actor: "broker", details: [AuditField("interrupted", interrupted.count)])
        try audit.append([start] + interrupted + kept.interrupted.map(AuditDraft.kept))
        for command in running.interrupted { running.remove(command.id) }
        for document in kept.interrupted { kept.leave(document.request, document.place) }
    }

    func recordStop() throws(AuditError) {
        // What the system's log did not take is in this one; that it is not in that one is said.
        let missed = syslog.missedCount > 0 ? [AuditField("copies_missed", syslog.missedCount)] : []
        try audit.append(
            AuditDraft(.brokerStop, actor: "broker", details: [AuditField("running", runningCount)] + missed))
        _ = try audit.signHead()
    }

    /// The policy in force. One that the log does not know yet is recorded first, and decides nothing before it is.
    func policy() -> PolicyStore.Loaded {
        let loaded = policies.current().policies
        guard state.withLock({ $0.recordedPolicy != loaded.version }) else { return loaded }
        turnCopyOn(by: loaded)
        do throws(AuditError) {
            try audit.append(.policy(loaded))
        } catch {
            return PolicyStore.Loaded(unrecorded: loaded, why: "\(error)")
        }
        apply(loaded)
        return loaded
    }

    func reloadPolicy() {
        policies.expire()
        accountChecks.forget()
    }

    /// Before anything is recorded of a policy that wants copies: they begin with that it was loaded. They end after the next one's was.
    private func turnCopyOn(by loaded: PolicyStore.Loaded) {
        if loaded.set.commandPolicy?.copiesAuditToSyslog == true { syslog.turn(on: true) }
    }

    /// With the version that it is of: of two threads that record two versions the later one's settings hold, and what is said to be in
    /// force is.
    private func apply(_ loaded: PolicyStore.Loaded) {
        state.withLock { state in
            state.recordedPolicy = loaded.version
            guard let policy = loaded.set.commandPolicy else { return }
            syslog.turn(on: policy.copiesAuditToSyslog)
            let bounds = ConnectionBounds(
                configuration.limits, pendingLimit: policy.pending.limit, openFiles: openFiles.hard)
            state.connections.bounds = bounds
            state.ledger.limits = ApprovalLedger.Limits(
                pending: bounds.pending, pendingOfOneUser: bounds.pendingOfOneUser, lifetime: policy.pending.lifetime)
            state.sessions.limits.idle = policy.sessionIdleTime
            state.attempts.limits = ProofAttempts.Limits(policy.lockout)
        }
    }

    static func newID() -> RequestID {
        // Ids are no secret; without random numbers there would be no TLS and no key on this host either.
        guard let bytes = try? randomBytes(6) else { preconditionFailure("the kernel gives random numbers") }
        return RequestID(bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}

// MARK: Connections
extension Broker {
    /// Counts a connection of this user; else says why it is not served.
    func admit(_ user: UserID) -> Refusal? {
        state.withLock { state in
            let bounds = state.connections.bounds
            let count = state.connections.ofUser[user, default: 0]
            if state.isStopping { return Refusal(code: .expired, text: "the broker is about to end") }
            if user != .root, count >= bounds.connectionsOfOneUser {
                return Refusal(
                    code: .expired, text: "too many connections of this user", remedy: "try again when fewer are open")
            }
            let limit = user == .root ? bounds.connections : bounds.connectionsOfOthers
            guard state.connections.count < limit else {
                return Refusal(
                    code: .expired, text: "too many connections with the broker",
                    remedy: "try again when fewer are open")
            }
            state.connections.count += 1
            state.connections.ofUser[user] = count + 1
            return nil
        }
    }

    /// Counts a connection that was admitted as its user's in another share (`Requester.share`). That one is of users without an account is
    /// known only once its name was looked up, on a thread of its own: a slow name service keeps no other client waiting. It is to be
    /// dismissed from that share, refused or not.
    func recount(_ user: UserID, in share: UserID) -> Refusal? {
        state.withLock { state in
            let count = state.connections.ofUser[user, default: 1] - 1
            state.connections.ofUser[user] = count == 0 ? nil : count
            state.connections.ofUser[share, default: 0] += 1
            guard state.connections.ofUser[share, default: 0] > state.connections.bounds.connectionsOfOneUser else {
                return nil
            }
            return Refusal(
                code: .expired, text: "too many connections of users without an account",
                remedy: "try again when fewer are open")
        }
    }

    func dismiss(_ user: UserID) {
        state.withLock { state in
            state.connections.count -= 1
            let count = state.connections.ofUser[user, default: 1] - 1
            state.connections.ofUser[user] = count == 0 ? nil : count
        }
    }

    var connectionCount: Int { state.withLock { $0.connections.count } }

    /// From now on nothing new is begun, and what waits for an approval is refused.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopping = true
            return state.waiting.values.map(\.mailbox)
        }
        for mailbox in waiting { mailbox.post(.expired) }
    }
}

// MARK: Running commands
extension Broker {
    /// False when nothing more is begun: the broker is about to end, and would not wait for it.
    func note(running id: RequestID, _ mailbox: Mailbox) -> Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            state.running[id] = mailbox
            return true
        }
    }

    func forget(running id: RequestID) { state.withLock { $0.running[id] = nil } }
    var runningCount: Int { state.withLock { $0.running.count } }

    /// Ends every command that runs, as if its client had gone.
    func hangUpAll() {
        for mailbox in state.withLock({ Array($0.running.values) }) { mailbox.post(.clientGone) }
    }
}

// MARK: Documents
extension Broker {
    /// Counts bytes of documents that are to be held; false when there are too many already.
    func takeDocumentBytes(_ count: Int, toWrite: Bool) -> Bool {
        let limit = configuration.limits.documents - (toWrite ? 0 : configuration.limits.documentsWritten)
        return state.withLock { state in
            guard count <= limit - state.documentBytes else { return false }
            state.documentBytes += count
            return true
        }
    }

    func giveBackDocumentBytes(_ count: Int) { state.withLock { $0.documentBytes -= count } }
}

// MARK: Approvals
extension Broker {
    /// Why this party can approve the request in no way: what is said of the way that is most its own.
    func objection(to party: Requester, _ id: RequestID, rules: ApprovalRules) -> ApprovalObjection {
        let pending = state.withLock { $0.ledger[id] }
        guard let pending else { return .unknownRequest }
        let isOwn = party.user == pending.request.requester.user
        let needed = Set(pending.remaining.map(\.method))
        let order: [ApprovalMethod] = isOwn ? [.ownOtherTerminal, .peer] : [.peer, .ownOtherTerminal]
        guard let method = order.first(where: needed.contains) else { return .notNeeded }
        let proofs = Set(PromptKind.allCases)
        return rules.objection(to: method, by: party, for: pending.request.requester, proofs: proofs) ?? .notNeeded
    }

    /// Lets a request wait for what it needs. Whoever has to make room for it is told.
    func ask(
        _ request: ApprovalRequest, id: RequestID, at now: BootTime, _ waiting: (PendingApproval) -> Waiting
    ) -> PendingApproval? {
        let (accepted, evicted) = state.withLock { state -> (PendingApproval?, Waiting?) in
            guard !state.isStopping, let asked = state.ledger.ask(request, id: id, at: now) else { return (nil, nil) }
            let evicted = asked.crowdedOut.flatMap { state.waiting.removeValue(forKey: $0.id) }
            state.waiting[id] = waiting(asked.accepted)
            return (asked.accepted, evicted)
        }
        evicted?.mailbox.post(.crowdedOut)
        return accepted
    }

    func approve(
        _ id: RequestID, digest: SubjectDigest, by method: ApprovalMethod, from party: Requester,
        proofs: Set<PromptKind>, rules: ApprovalRules, at now: BootTime
    ) throws(ApprovalObjection) -> [ApprovalNeed] {
        try state.withLock { state throws(ApprovalObjection) in
            try state.ledger.approve(id, digest: digest, by: method, from: party, proofs: proofs, rules: rules, at: now)
        }
    }

    /// Tells a waiting request what happened to it.
    func notify(_ id: RequestID, _ event: RequestConversation.Event) {
        state.withLock { $0.waiting[id]?.mailbox }?.post(event)
    }

    func refuse(
        _ id: RequestID, from party: Requester, rules: ApprovalRules, at now: BootTime
    ) throws(ApprovalObjection) {
        _ = try state.withLock { state throws(ApprovalObjection) in
            try state.ledger.refuse(id, from: party, rules: rules, at: now)
        }
    }

    func take(_ id: RequestID, digest: SubjectDigest, at now: BootTime) -> ApprovalTicket? {
        state.withLock { state in
            let ticket = state.ledger.take(id, digest: digest, at: now)
            if ticket != nil { state.waiting[id] = nil }
            return ticket
        }
    }

    /// When the request expires; nil when it does not wait any more.
    func expiry(of id: RequestID) -> BootTime? { state.withLock { $0.ledger[id]?.expiresAt } }

    /// Whether its time was up, and it is gone by this.
    func expire(_ id: RequestID, at now: BootTime) -> Bool {
        state.withLock { state in
            guard state.ledger.expire(id, at: now) != nil else { return false }
            state.waiting[id] = nil
            return true
        }
    }

    func withdraw(_ id: RequestID) {
        state.withLock { state in
            state.ledger.withdraw(id)
            state.waiting[id] = nil
        }
    }

    /// A request as this party may see it: its own, or one it could approve. Others are as if they were not there.
    func request(_ id: RequestID, for party: Peer, rules: ApprovalRules) -> (
        detail: RequestDetail, methods: Set<ApprovalMethod>
    )? {
        state.withLock { state in
            guard let waiting = state.waiting[id], let pending = state.ledger[id] else { return nil }
            let methods =
                party.descendsFromBroker ? [] : state.ledger.methods(openTo: party.requester, for: id, rules: rules)
            let isOwn = waiting.requester.user == party.requester.user || party.requester.user == .root
            let isPeer =
                !party.descendsFromBroker && rules.objection(toPerson: party.requester, for: waiting.requester) == nil
            guard isOwn || isPeer || !methods.isEmpty else { return nil }
            var detail = waiting.detail
            detail.summary.notice.update(pending)
            return (detail, methods)
        }
    }

    /// What this party may see, the oldest first.
    func requests(for party: Peer, rules: ApprovalRules) -> [RequestSummary] {
        let ids = state.withLock { $0.ledger.pending.map(\.id) }
        return ids.compactMap { request($0, for: party, rules: rules)?.detail.summary }
    }
}

// MARK: Sessions
extension Broker {
    func isUntrusted(_ key: TaskSessions.Key, share: UserID) -> Bool {
        state.withLock { $0.sessions.isUntrusted(key, share: share) }
    }

    func markUntrusted(_ key: TaskSessions.Key, share: UserID) {
        state.withLock { $0.sessions.markUntrusted(key, share: share) }
    }

    func keptTicket(for digest: SubjectDigest, in key: TaskSessions.Key, at now: BootTime) -> ApprovalTicket? {
        state.withLock { $0.sessions.ticket(for: digest, in: key, at: now) }
    }

    func keep(_ ticket: ApprovalTicket, in key: TaskSessions.Key, share: UserID, at now: BootTime) {
        state.withLock { $0.sessions.keep(ticket, in: key, share: share, at: now) }
    }

    func drop(_ session: String?, of user: UserID) -> [String] {
        state.withLock { $0.sessions.drop(session, of: user) }
    }
}

// MARK: Guesses
extension Broker {
    func beginProof(_ key: ProofAttempts.Key, at now: BootTime) -> ProofAttempts.Permission {
        state.withLock { $0.attempts.begin(key, at: now) }
    }

    func succeedProof(_ key: ProofAttempts.Key) { state.withLock { $0.attempts.succeed(key) } }
    func attemptsLeft(_ key: ProofAttempts.Key) -> Int { state.withLock { $0.attempts.attemptsLeft(key) } }
}

// MARK: Housekeeping
extension Broker {
    /// What the passing of time alone brings about: requests and sessions expire, heads are signed.
    func keepHouse(at now: BootTime) {
        let (expired, idle) = state.withLock { state in
            let expired = state.ledger.expire(at: now).map { state.waiting.removeValue(forKey: $0.id)?.mailbox }
            let idle = state.sessions.expire(at: now)
            state.attempts.forget(before: now)
            return (expired, idle)
        }
        for mailbox in expired { mailbox?.post(.expired) }
        for key in idle {
            // That a session is over is in force already; where it cannot be recorded nothing else runs either.
            _ = try? audit.append(.dropped([key.name], of: key.user, why: "idle"))
        }
        LingeringMonitors.reap()
        // It is tried again the next time, and `AuditLog.status` says why it failed.
        try? audit.signHeadIfDue()
    }
}

extension PendingNotice {
    fileprivate mutating func update(_ pending: PendingApproval) {
        expiresIn = UInt32(clamping: (pending.expiresAt - .now()).components.seconds)
        approvals = pending.remaining
    }
}
