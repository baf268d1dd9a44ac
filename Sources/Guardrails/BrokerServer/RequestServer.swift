internal import Auditing
internal import BrokerProtocol
private import FoundationEssentials
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// Carries one request to run a command through, on its connection's thread: does what `RequestConversation` says, and tells it what
/// came of it.
struct RequestServer {
    let broker: Broker
    let connection: ClientConnection
    let peer: Peer
    let run: RunRequest
    let streams: [SharedDescriptor]
    let id = Broker.newID()
    let mailbox: Mailbox

    var conversation: RequestConversation
    var prepared: PreparedRequest
    var policies: PolicyStore.Loaded
    /// What is to be recorded, along with what comes next: nothing has happened yet that needs it on disk.
    var unrecorded: [AuditDraft] = []
    var grant: CommandGrant?
    var launch: CommandLaunch?
    var files: [ExecutedFile] = []
    var digest: SubjectDigest?
    var isWaiting = false
    var command: StartedCommand?
    /// What was written back of the documents that were edited.
    var edited: [EditedContent] = []
    /// Why documents could not be edited, or not all.
    var editFailure: String?
    /// Bytes of the broker's room for documents that this request takes.
    var documentBytes = 0
    /// Processes that the command left running.
    var leftBehind = 0

    /// A command that runs.
    struct StartedCommand {
        let relay: CommandRelay
        let startedAt: ContinuousClock.Instant
    }

    init(
        _ run: RunRequest, streams: [SharedDescriptor], from peer: Peer, on connection: ClientConnection, broker: Broker
    ) throws(Refusal) {
        self.broker = broker
        self.connection = connection
        self.peer = peer
        self.run = run
        self.streams = streams
        policies = broker.policy()
        let securePath = policies.set.commandPolicy?.securePath ?? CommandPolicy.defaultSecurePath
        conversation = RequestConversation(options: run.options, hasTerminal: peer.requester.terminal != nil)
        do throws(SystemError) { mailbox = try Mailbox() } catch {
            throw Refusal(code: .commandUnfit, text: "\(error)")
        }
        do throws(Refusal) {
            if let objection = broker.objection(toAccountOf: peer, by: policies) { throw objection }
            prepared = try PreparedRequest(
                run, from: peer, accounts: broker.accounts, securePath: securePath,
                isUntrusted: Self.isUntrusted(run, peer, broker))
        } catch {
            let records = [
                AuditDraft.request(id, run, nil, from: peer), .refusal(id, error, of: peer, policy: policies.version),
            ]
            // It is refused either way.
            try? broker.audit.append(records)
            throw error
        }
    }

    /// Whether the session was marked, now or before. Marking it comes first: it holds whatever becomes of this request.
    private static func isUntrusted(_ run: RunRequest, _ peer: Peer, _ broker: Broker) -> Bool {
        guard let name = run.session, TaskSessionID(name) != nil else { return run.options.contains(.untrusted) }
        let key = TaskSessions.Key(user: peer.requester.user, name: name)
        let share = peer.requester.share
        if run.options.contains(.untrusted) { broker.markUntrusted(key, share: share) }
        return broker.isUntrusted(key, share: share)
    }

    var sessionKey: TaskSessions.Key? {
        prepared.request.session.map { TaskSessions.Key(user: peer.requester.user, name: $0.description) }
    }

    /// Serves the request to its end.
    mutating func serve() {
        unrecorded = [.request(id, run, prepared, from: peer)]
        var action = conversation.handle(.decided(decide()))
        while let event = perform(action) { action = conversation.handle(event) }
        if isWaiting { broker.withdraw(id) }
    }

    /// Does it, and returns what came of it; nil when that was the last.
    private mutating func perform(_ action: RequestConversation.Action) -> RequestConversation.Event? {
        switch action {
        case .ask(let kind, let attempt): return ask(kind, attempt: attempt)
        case .decide(let reason):
            prepared.request.reason = PreparedRequest.oneLine(reason.withBytes { String(decoding: $0, as: UTF8.self) })
            return .decided(decide())
        case .checkProgram: return checkProgram()
        case .seekApproval: return seekApproval()
        case .verify(let kind, let secret):
            return .proof(ProofChecker(broker: broker, connection: connection, peer: peer).check(kind, secret))
        case .grant(let method, let kind): return approve(by: method, kind)
        case .awaitApproval(let needs): return awaitApproval(needs)
        case .takeTicket: return takeTicket()
        case .recordStart(let ticket): return recordStart(ticket)
        case .start(let ticket): return start(ticket)
        case .relay: return relay(isClientGone: false)
        case .hangUp: return relay(isClientGone: true)
        case .recordEnd(let outcome): return recordEnd(outcome)
        // It was told before its record.
        case .finish: return nil
        case .report(let report):
            tell(.decision(report))
            record([])
            return nil
        case .refuse(let refusal):
            record([.refusal(id, refusal, of: peer, policy: policies.version)])
            tell(.refused(refusal))
            return nil
        case .abandon:
            let why = Refusal(code: .expired, text: "its client has gone")
            record([.refusal(id, why, of: peer, policy: policies.version)])
            return nil
        case .wait: return nil
        }
    }

    /// What cannot be told any more is noticed at the next wait.
    func tell(_ message: ServerMessage) { try? connection.send(message) }

    /// Records what has no consequence: where the log fails, nothing runs anyway.
    private mutating func record(_ drafts: [AuditDraft]) {
        try? broker.audit.append(unrecorded + drafts)
        unrecorded = []
    }
}

// MARK: Deciding
extension RequestServer {
    private mutating func decide() -> RequestConversation.Ruling {
        let decision = decision(by: policies.set)
        grant = decision.grant
        let ruling = RequestConversation.Ruling(decision, policy: policies.version)
        guard case .allowed(var report) = ruling, let grant else { return ruling }
        if let refusal = objectionToOptions(grant) { return .denied(refusal) }
        report.terms = grant.terms.lines(requester: peer.requester)
        return .allowed(report)
    }

    private func decision(by set: CommandPolicySet) -> CommandDecision {
        set.decide(prepared.request, from: peer.requester, at: Date.now)
    }

    /// What was asked for besides the command and the rule does not give: never silently something else.
    private func objectionToOptions(_ grant: CommandGrant) -> Refusal? {
        if let objection = objectionToEditing(grant.terms) {
            return Refusal(
                code: .deniedByPolicy, text: "files cannot be edited \(objection)", rule: grant.rule.description,
                remedy: "have the policy say of editing who it is done as, and nothing else")
        }
        guard run.options.contains(.preserveEnvironment) else { return nil }
        let rule = policies.set.commandPolicy?.rules.first { $0.id == grant.rule.id }
        if rule?.allowance?.environment.keep.contains("*") == true { return nil }
        return Refusal(
            code: .deniedByPolicy, text: "sorry, you are not allowed to preserve the environment",
            rule: grant.rule.description, remedy: "name the variables that the rule keeps: --preserve-env=LIST")
    }

    /// What a rule for any command may grant or demand, and editing would leave out: the broker itself opens the files, and no command runs.
    private func objectionToEditing(_ terms: ExecutionTerms) -> String? {
        guard case .documents = prepared.work else { return nil }
        if case .capabilities = terms.rights { return "with capabilities" }
        if terms.sandbox != nil { return "in a sandbox" }
        return terms.isRecorded ? "in a session that is recorded" : nil
    }

    private mutating func checkProgram() -> RequestConversation.Event {
        guard let grant else { return .programUnfit("no rule has allowed it", remedy: "ask again") }
        switch prepared.work {
        case .documents: files = []
        case .program(.failure(let reason)):
            return unfit(reason)
        case .program(.success(let program)):
            let limit = broker.configuration.limits.leftRunningByOneUser
            if LingeringMonitors.areMany(of: peer.requester.share.rawValue, limit: limit) {
                return .programUnfit(
                    "commands of \(peer.requester.label) left something running \(limit) times, and it runs still",
                    remedy: "end what is not needed any more")
            }
            do throws(Refusal) {
                launch = try CommandLaunch(prepared, program: program, grant: grant, run: run, from: peer.requester)
            } catch {
                return .programUnfit(error.text, remedy: error.remedy ?? "have the rule or the request changed")
            }
            do throws(UnfitProgram) { files = try broker.digests.files(of: program) } catch {
                return unfit(error)
            }
        }
        digest = subject(of: grant)
        return .programChecked
    }

    private func unfit(_ reason: UnfitProgram) -> RequestConversation.Event {
        let (text, remedy) = reason.refusal(of: prepared.request, from: peer.requester)
        return .programUnfit(text, remedy: remedy)
    }

    /// The digest of everything that an approval of this request would be for.
    private func subject(of grant: CommandGrant) -> SubjectDigest? {
        let subject = ApprovalSubject(requester: peer.requester, request: prepared.request, grant: grant, files: files)
        return SubjectDigest(subject.digest.bytes)
    }
}

// MARK: Approval
extension RequestServer {
    private mutating func seekApproval() -> RequestConversation.Event {
        guard isStillAllowed(), let grant, let digest else { return .objection(.policyChanged) }
        let request = ApprovalRequest(
            requester: peer.requester, digest: digest, needs: grant.approval.needs,
            session: prepared.request.session?.description)
        if let ticket = ApprovalTicket(withoutApproval: request) { return .ticket(ticket) }
        if let key = sessionKey, let ticket = broker.keptTicket(for: digest, in: key, at: .now()) {
            return .ticket(ticket)
        }
        do throws(AuditError) {
            try broker.audit.append(unrecorded + [.asked(id, digest, request.needs, policies.version, of: peer)])
            unrecorded = []
        } catch {
            return .recordFailed("\(error)")
        }
        let (server, mailbox) = (self, mailbox)
        let asked = broker.ask(request, id: id, at: .now()) { pending in
            Broker.Waiting(detail: server.detail(pending), mailbox: mailbox, requester: server.peer.requester)
        }
        guard let asked else { return .objection(.unknownRequest) }
        isWaiting = true
        return .needs(asked.remaining)
    }

    private func approve(by method: ApprovalMethod, _ kind: PromptKind) -> RequestConversation.Event {
        guard let digest else { return .objection(.otherDigest) }
        do throws(ApprovalObjection) {
            let needs = try broker.approve(
                id, digest: digest, by: method, from: peer.requester, proofs: [kind],
                rules: ApprovalRules(policies.set),
                at: .now())
            do throws(AuditError) {
                try broker.audit.append(.granted(id, digest, by: method, peer, missing: needs))
            } catch {
                return .recordFailed("\(error)")
            }
            return .needs(needs)
        } catch {
            return .objection(error)
        }
    }

    private func awaitApproval(_ needs: [ApprovalNeed]) -> RequestConversation.Event {
        if let digest, let expiry = broker.expiry(of: id) {
            let left = max(0, (expiry - .now()).components.seconds)
            tell(.pending(PendingNotice(id: id, digest: digest, expiresIn: UInt32(clamping: left), approvals: needs)))
        }
        // Each request keeps its own time: the housekeeping, which looks too, may be held up by a disk.
        while let expiry = broker.expiry(of: id) {
            if let event = nextEvent(until: .now + (expiry - .now())) { return event }
            if broker.expire(id, at: .now()) { return .expired }
        }
        // It was approved, refused or expired meanwhile: that is in the mailbox.
        return nextEvent(until: .now + .seconds(1)) ?? .expired
    }

    private mutating func takeTicket() -> RequestConversation.Event {
        guard let digest, !peer.process.hasEnded else { return .clientGone }
        guard isStillAllowed(afterWait: true) else { return .objection(.policyChanged) }
        // It may have been locked while somebody thought.
        if let objection = broker.objection(toAccountOf: peer, by: policies) {
            return .objection(.accountUnusable(why: objection.text))
        }
        guard let ticket = broker.take(id, digest: digest, at: .now()) else { return .expired }
        isWaiting = false
        return .ticket(ticket)
    }

    /// Whether the policy that is in force now says what was decided. What it was decided by may have been replaced while somebody thought.
    ///
    /// - Parameter afterWait: whether so much time has passed that the same policy may say something else: rules hold at times.
    private mutating func isStillAllowed(afterWait: Bool = false) -> Bool {
        let now = broker.policy()
        guard afterWait || now.version != policies.version else { return true }
        guard let again = decision(by: now.set).grant, subject(of: again) == digest else { return false }
        policies = now
        grant = again
        return true
    }

    /// What approvers are shown.
    private func detail(_ pending: PendingApproval) -> RequestDetail {
        let notice = PendingNotice(
            id: id, digest: pending.request.digest,
            expiresIn: UInt32(clamping: (pending.expiresAt - .now()).components.seconds),
            approvals: pending.remaining)
        let program = files.first?.digest ?? pending.request.digest.bytes
        return RequestDetail(
            summary: RequestSummary(
                notice: notice, requester: peer.requester.label, arguments: prepared.request.argv,
                targetUser: prepared.target.identity.userName),
            program: prepared.request.program, programDigest: SubjectDigest(program) ?? pending.request.digest,
            workingDirectory: grant?.terms.workingDirectory ?? prepared.request.workingDirectory,
            environment: (grant?.terms.environment ?? []).map { SentVariable(name: $0.name, value: $0.value) },
            terms: (grant?.terms.lines(requester: peer.requester) ?? [])
                + (prepared.request.keepsGroups ? ["keeps the requester's groups"] : [])
                + files.dropFirst().map { "by \($0.path)" },
            requester: peer.requester.lines,
            rule: grant?.rule.description ?? "", session: prepared.request.session?.description,
            reason: prepared.request.reason, isUntrusted: prepared.request.isUntrusted)
    }
}

// MARK: Waiting for the person, or for others
extension RequestServer {
    private mutating func ask(_ kind: PromptKind, attempt: Int) -> RequestConversation.Event {
        if let why = ProofChecker(broker: broker, connection: connection, peer: peer).reasonNotToAsk(kind) {
            return .proof(.unavailable(why))
        }
        let text = kind.text(for: peer.requester)
        tell(.prompt(Prompt(kind: kind, text: text, attempt: UInt16(clamping: attempt), echoes: kind == .reason)))
        while true {
            let event = nextEvent(until: .now + broker.configuration.limits.answer) ?? .answered(nil)
            // What others approve meanwhile is in the ledger, where the next look finds it.
            if case .needs = event { continue }
            return event
        }
    }

    /// What happens next: the client answers or goes, others approve or refuse; nil when nothing did before the deadline.
    private func nextEvent(until deadline: ContinuousClock.Instant) -> RequestConversation.Event? {
        while true {
            if let event = mailbox.take().last { return event }
            do throws(ClientConnection.Loss) {
                for message in try connection.available(limit: 1) {
                    if let event = event(for: message) { return event }
                }
            } catch {
                return .clientGone
            }
            var entries = [PollEntry(connection.pollNumber), PollEntry(mailbox.pollNumber)]
            let bound = min(connection.wholeBy ?? deadline, deadline)
            guard (try? poll(&entries, until: bound)) != nil else { return .clientGone }
            if deadline <= .now { return nil }
        }
    }

    /// What a client says while it is asked or waits; nil for what changes nothing.
    private func event(for message: ClientMessage) -> RequestConversation.Event? {
        switch message {
        case .answer(let secret): .answered(secret)
        case .windowSize, .signal(.resume), .signal(.stop): nil
        // Whoever interrupts a question gives up.
        default: .clientGone
        }
    }
}

extension PromptKind {
    func text(for requester: Requester) -> String {
        switch self {
        case .password: "[bailey] password for \(requester.userLabel): "
        case .token: "[bailey] approval token: "
        case .oneTimeCode: "[bailey] one-time code for \(requester.userLabel): "
        case .reason: "[bailey] why is this needed? "
        case .confirmation: "[bailey] sure? "
        }
    }
}

extension ApprovalRules {
    /// As the policy in force has them.
    init(_ set: CommandPolicySet) {
        let policy = set.commandPolicy
        self.init(
            agents: policy?.agents ?? CommandPolicy.Agents(), approverGroup: policy?.approvers.group,
            rootMayApprove: policy?.approvers.allowsRoot ?? false, peerNeedsProof: policy?.approvers.needProof ?? true)
    }
}
