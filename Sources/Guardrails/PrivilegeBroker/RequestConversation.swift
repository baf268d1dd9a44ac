package import BrokerProtocol
package import LinuxSystem

/// The course of one request to run a command, from the policy's decision to the command's end. It touches nothing: it is told what
/// happened and returns what to do next.
///
///     decided → (reason) → program checked → approvals: own proofs, then other people → ticket → record → start → end → record
///
/// Whatever does not belong where it comes ends the request unstarted. `start` follows only on `recorded`, and a ticket that came before.
package struct RequestConversation: Sendable {
    /// What happened.
    package enum Event: Sendable, Equatable {
        case decided(Ruling)
        /// The person's answer to what was asked last; nil: gave up.
        case answered(SecretBytes?)
        case programChecked
        case programUnfit(String, remedy: String)
        /// The ledger or the session had a ticket ready.
        case ticket(ApprovalTicket)
        /// The ledger took the request in, or noted an approval; this is still needed.
        case needs([ApprovalNeed])
        case proof(ProofResult)
        case objection(ApprovalObjection)
        case refusedByPerson(who: String, reason: String)
        case expired
        case crowdedOut
        case recorded
        case recordFailed(String)
        case started
        case startFailed(String)
        case ended(CommandOutcome)
        case clientGone
    }

    /// What to do now.
    package enum Action: Sendable, Equatable {
        case ask(PromptKind, attempt: Int)
        /// Ask the policy once more, with this reason.
        case decide(reason: SecretBytes)
        /// Open, check and hash the program, and work out the digest of it all.
        case checkProgram
        /// Look for a kept approval, else ask the ledger.
        case seekApproval
        case verify(PromptKind, SecretBytes)
        /// Note the requester's own approval in the ledger.
        case grant(ApprovalMethod, PromptKind)
        /// Tell the client that it waits for others.
        case awaitApproval([ApprovalNeed])
        /// Take the ticket from the ledger.
        case takeTicket
        case recordStart(ApprovalTicket)
        case start(ApprovalTicket)
        case relay
        /// End the command: its client has gone.
        case hangUp
        case recordEnd(Outcome)
        case finish(Outcome)
        /// Answer what was asked, and run nothing (`--dry-run`).
        case report(DecisionReport)
        /// Say so, record it, and forget the request.
        case refuse(Refusal)
        /// The client has gone before anything started: record it, and forget the request.
        case abandon
        case wait
    }

    /// What the policy says.
    package enum Ruling: Sendable, Equatable {
        case denied(Refusal)
        /// The rule wants to know why, and the request does not say.
        case needsReason(Refusal)
        case allowed(DecisionReport)
    }

    package enum ProofResult: Sendable, Hashable {
        case right
        case wrong(attemptsLeft: Int)
        case lockedOut(Duration)
        /// It could not be told: PAM failed, or nothing is enrolled.
        case unavailable(String)
    }

    /// What became of a request that was recorded as started.
    package enum Outcome: Sendable, Hashable {
        case ended(CommandOutcome)
        case notStarted(String)
    }

    enum State: Sendable, Equatable {
        case deciding
        case askingReason
        case checkingProgram
        case seekingApproval
        case proving(ApprovalMethod, attempt: Int)
        case verifying(ApprovalMethod, attempt: Int)
        case granting
        case awaitingOthers
        case takingTicket
        case recordingStart(ApprovalTicket)
        case starting
        case running
        case recordingEnd(Outcome)
        case over
    }

    private let options: RunOptions
    private let hasTerminal: Bool
    private let attempts: Int
    var state = State.deciding
    private var rule: String?
    private var isClientGone = false
    private var hasAskedReason = false

    /// `attempts` is how often a secret may be typed in this request.
    package init(options: RunOptions, hasTerminal: Bool, attempts: Int = 3) {
        self.options = options
        self.hasTerminal = hasTerminal
        self.attempts = attempts
    }

    package var isOver: Bool { state == .over }

    package mutating func handle(_ event: Event) -> Action {
        if event == .clientGone { return leave() }
        switch (state, event) {
        case (.over, _): return .wait
        case (.deciding, .decided(let ruling)): return follow(ruling)
        case (.askingReason, .answered(let reason?)) where reason.count > 0:
            return move(to: .deciding, .decide(reason: reason))
        case (.askingReason, .answered): return refuse(.deniedByPolicy, "the rule needs a reason, and none was given")
        case (.checkingProgram, .programChecked): return move(to: .seekingApproval, .seekApproval)
        case (.checkingProgram, .programUnfit(let why, let remedy)):
            return refuse(.commandUnfit, why, remedy: remedy)
        case (.seekingApproval, .ticket(let ticket)), (.takingTicket, .ticket(let ticket)):
            return move(to: .recordingStart(ticket), .recordStart(ticket))
        case (.seekingApproval, .needs(let needs)), (.granting, .needs(let needs)),
            (.awaitingOthers, .needs(let needs)):
            return pursue(needs)
        case (.proving, _), (.verifying, _), (.granting, .objection): return prove(event)
        case (.seekingApproval, _), (.awaitingOthers, _), (.takingTicket, _): return lose(event)
        default: return execute(event)
        }
    }
}

// MARK: Deciding and approving
extension RequestConversation {
    private mutating func follow(_ ruling: Ruling) -> Action {
        switch ruling {
        case .denied(let refusal): return move(to: .over, .refuse(refusal))
        case .needsReason(let refusal):
            guard mayAsk, !hasAskedReason, !options.contains(.dryRun) else { return move(to: .over, .refuse(refusal)) }
            rule = refusal.rule
            hasAskedReason = true
            return move(to: .askingReason, .ask(.reason, attempt: 1))
        case .allowed(let report):
            rule = report.rule
            if options.contains(.dryRun) { return move(to: .over, .report(report)) }
            return move(to: .checkingProgram, .checkProgram)
        }
    }

    /// Own proofs first, for the person is there; then the others.
    private mutating func pursue(_ needs: [ApprovalNeed]) -> Action {
        let open = Set(needs.filter { $0.count > 0 }.map(\.method))
        guard !open.isEmpty else { return move(to: .takingTicket, .takeTicket) }
        let own = [ApprovalMethod.confirm, .token, .oneTimeCode].first(where: open.contains)
        guard let method = own else {
            guard !options.contains(.waitsForNobody) else {
                let methods = needs.map(\.text).joined(separator: " and ")
                return refuse(
                    .proofFailed, "approval by \(methods) is needed, and with -n nobody is waited for",
                    remedy: "ask without -n, and tell who may approve")
            }
            return move(to: .awaitingOthers, .awaitApproval(needs))
        }
        guard hasTerminal else {
            return refuse(
                .proofFailed, "approval by \(method.name) is given at the requester's terminal, and it has none",
                remedy: "ask from a terminal of your own")
        }
        guard mayAsk else {
            return refuse(
                .proofFailed, "approval by \(method.name) is needed, and nothing may be asked", remedy: "ask without -n"
            )
        }
        return move(to: .proving(method, attempt: 1), .ask(method.promptKind, attempt: 1))
    }

    private mutating func prove(_ event: Event) -> Action {
        switch (state, event) {
        case (.proving(let method, let attempt), .answered(let secret?)):
            return move(to: .verifying(method, attempt: attempt), .verify(method.promptKind, secret))
        // It is known beforehand that no answer will do.
        case (.proving, .proof(.unavailable(let why))): return refuse(.proofFailed, why)
        case (.proving, .answered(nil)): return refuse(.proofFailed, "no answer was given")
        case (.verifying(let method, _), .proof(.right)):
            return move(to: .granting, .grant(method, method.promptKind))
        case (.verifying(let method, let attempt), .proof(.wrong(let left))):
            guard attempt < attempts, left > 0 else {
                return refuse(.proofFailed, "\(attempt) incorrect attempt\(attempt == 1 ? "" : "s")")
            }
            return move(to: .proving(method, attempt: attempt + 1), .ask(method.promptKind, attempt: attempt + 1))
        case (.verifying, .proof(.lockedOut(let wait))):
            return refuse(
                .proofFailed, "too many wrong answers",
                remedy: "try again in \(max(1, wait.components.seconds)) seconds")
        case (.verifying, .proof(.unavailable(let why))): return refuse(.proofFailed, why)
        case (.granting, .objection(let objection)): return refuse(.proofFailed, objection.description)
        default: return lose(event)
        }
    }

    /// What ends a request that waits, whatever for.
    private mutating func lose(_ event: Event) -> Action {
        switch event {
        case .refusedByPerson(let who, let reason):
            refuse(.deniedByPerson, reason.isEmpty ? "\(who) denied it" : "\(who) denied it: \(reason)")
        case .expired: refuse(.expired, "nobody approved it in time", remedy: "ask again, and tell an approver")
        case .crowdedOut:
            refuse(.expired, "too many requests wait, and this was the oldest", remedy: "ask again when fewer wait")
        case .objection(.policyChanged): refuse(.deniedByPolicy, ApprovalObjection.policyChanged.description)
        case .objection(.accountUnusable(let why)): refuse(.deniedByPolicy, why)
        case .objection(let objection): refuse(.proofFailed, objection.description)
        case .recordFailed(let why): refuseUnrecorded(why)
        default: outOfPlace()
        }
    }

    private mutating func refuseUnrecorded(_ why: String) -> Action {
        refuse(
            .deniedByPolicy, "it cannot be recorded, and nothing runs unrecorded: \(why)",
            remedy: "make room for the audit log, or make it writable")
    }

    private var mayAsk: Bool { hasTerminal && !options.contains(.nonInteractive) }
}

// MARK: Running
extension RequestConversation {
    private mutating func execute(_ event: Event) -> Action {
        switch (state, event) {
        case (.recordingStart(let ticket), .recorded):
            if isClientGone { return end(.notStarted("its client had gone")) }
            return move(to: .starting, .start(ticket))
        case (.recordingStart, .recordFailed(let why)): return refuseUnrecorded(why)
        case (.starting, .started): return move(to: .running, isClientGone ? .hangUp : .relay)
        case (.starting, .startFailed(let why)): return end(.notStarted(why))
        case (.running, .ended(let ending)): return end(.ended(ending))
        case (.recordingEnd(let outcome), .recorded), (.recordingEnd(let outcome), .recordFailed):
            return move(to: .over, .finish(outcome))
        // Its start is, or is about to be, on record: nothing else that comes may lose sight of it.
        case (.recordingStart, _), (.starting, _), (.running, _), (.recordingEnd, _): return .wait
        default: return outOfPlace()
        }
    }

    private mutating func end(_ outcome: Outcome) -> Action { move(to: .recordingEnd(outcome), .recordEnd(outcome)) }

    private mutating func leave() -> Action {
        isClientGone = true
        switch state {
        case .over, .recordingStart, .starting, .recordingEnd: return .wait
        case .running: return .hangUp
        default: return move(to: .over, .abandon)
        }
    }

    private mutating func outOfPlace() -> Action {
        refuse(.usage, "something was said where it has no place", remedy: "use the client of the broker's version")
    }

    private mutating func refuse(_ code: RefusalCode, _ text: String, remedy: String? = nil) -> Action {
        move(to: .over, .refuse(Refusal(code: code, text: text, rule: rule, remedy: remedy)))
    }

    private mutating func move(to next: State, _ action: Action) -> Action {
        state = next
        return action
    }
}

extension ApprovalNeed {
    /// As a policy writes it: `peer`, `peer: 2`
    package var text: String { count == 1 ? method.name : "\(method.name): \(count)" }
}

extension ApprovalMethod {
    /// What the requester is asked for; the others are given elsewhere, after PAM.
    package var promptKind: PromptKind {
        switch self {
        case .confirm, .ownOtherTerminal, .peer: .password
        case .token: .token
        case .oneTimeCode: .oneTimeCode
        }
    }
}
