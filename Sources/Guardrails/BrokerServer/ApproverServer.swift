internal import Auditing
internal import BrokerProtocol
private import FoundationEssentials
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// Serves those who look at what waits, approve it, refuse it, or drop what was kept.
struct ApproverServer {
    let broker: Broker
    let connection: ClientConnection
    let peer: Peer

    private static let attempts = 3

    private func rules() -> ApprovalRules { ApprovalRules(broker.policy().set) }

    func list() -> ServerMessage { .requests(RequestListing(fitting: broker.requests(for: peer, rules: rules()))) }

    func show(_ id: RequestID) throws(Refusal) -> ServerMessage {
        let rules = rules()
        guard let found = broker.request(id, for: peer, rules: rules) else { throw Refusal(.unknownRequest) }
        var detail = found.detail
        // Said along with it, so that nobody reads, says yes and is turned away only then.
        do throws(Refusal) { _ = try method(for: id, rules) } catch { detail.objection = error }
        return .request(detail)
    }

    /// Notes an approval, once the peer has proven who it is. What the log does not take does not count.
    func approve(_ grant: ApprovalGrant) throws(Refusal) -> ServerMessage {
        let rules = rules()
        let method = try method(for: grant.id, rules)
        guard let waiting = broker.request(grant.id, for: peer, rules: rules) else { throw Refusal(.unknownRequest) }
        // Said before anything is asked for, so that nobody proves himself for another request than he saw.
        guard waiting.detail.summary.notice.digest == grant.digest else { throw Refusal(.otherDigest) }
        let proofs = method == .peer && !rules.peerNeedsProof ? [] : try prove(grant.proof)
        let missing: [ApprovalNeed]
        do throws(ApprovalObjection) {
            missing = try broker.approve(
                grant.id, digest: grant.digest, by: method, from: peer.requester, proofs: proofs, rules: rules,
                at: .now())
        } catch {
            throw Refusal(error)
        }
        do throws(AuditError) {
            try broker.audit.append(.granted(grant.id, grant.digest, by: method, peer, missing: missing))
        } catch {
            broker.notify(grant.id, .recordFailed("\(error)"))
            broker.withdraw(grant.id)
            throw Refusal(
                code: .deniedByPolicy, text: "the approval cannot be recorded, so the request is refused: \(error)")
        }
        broker.notify(grant.id, .needs(missing))
        let rest = missing.isEmpty ? "it may run now" : "still needed: \(missing.map(\.text).joined(separator: ", "))"
        return .done("approved \(grant.id); \(rest)")
    }

    /// The way in which this peer could approve the request; else why it cannot.
    private func method(for id: RequestID, _ rules: ApprovalRules) throws(Refusal) -> ApprovalMethod {
        if peer.descendsFromBroker { throw Refusal(.agent) }
        guard let found = broker.request(id, for: peer, rules: rules) else { throw Refusal(.unknownRequest) }
        // The requester's own part is given where it asks.
        if let method = [ApprovalMethod.ownOtherTerminal, .peer].first(where: found.methods.contains) { return method }
        throw Refusal(broker.objection(to: peer.requester, id, rules: rules))
    }

    private func prove(_ given: ApprovalGrant.Proof?) throws(Refusal) -> Set<PromptKind> {
        let checker = ProofChecker(broker: broker, connection: connection, peer: peer)
        if let given {
            try accept(checker.check(given.kind, given.secret))
            return [given.kind]
        }
        let kind: PromptKind = hasCodes ? .oneTimeCode : .password
        for attempt in 1...Self.attempts {
            let answer = try ask(kind, attempt: attempt)
            let result = checker.check(kind, answer)
            if case .wrong(let left) = result, left > 0, attempt < Self.attempts { continue }
            try accept(result)
            return [kind]
        }
        throw Refusal(code: .proofFailed, text: "\(Self.attempts) incorrect attempts")
    }

    /// Whether the peer proves itself by codes. A key that cannot be read counts as there: that is said when a code is checked.
    private var hasCodes: Bool {
        do throws(OneTimeCodeStoreError) {
            return try broker.oneTimeCodes.enrolment(of: peer.requester.user) != nil
        } catch {
            return true
        }
    }

    private func accept(_ result: RequestConversation.ProofResult) throws(Refusal) {
        switch result {
        case .right: return
        case .wrong: throw failed("wrong")
        case .lockedOut(let wait):
            throw failed("too many wrong answers; try again in \(max(1, wait.components.seconds)) seconds")
        case .unavailable(let why): throw failed(why)
        }
    }

    private func failed(_ why: String) -> Refusal {
        // It is refused either way.
        _ = try? broker.audit.append(
            AuditDraft(.proofFailed, actor: peer.requester.label, details: [AuditField("why", why)]))
        return Refusal(code: .proofFailed, text: why)
    }

    private func ask(_ kind: PromptKind, attempt: Int) throws(Refusal) -> SecretBytes {
        do throws(ClientConnection.Loss) {
            let prompt = Prompt(kind: kind, text: kind.text(for: peer.requester), attempt: UInt16(clamping: attempt))
            try connection.send(.prompt(prompt))
            if case .answer(let secret?) = try connection.next(until: .now + broker.configuration.limits.answer) {
                return secret
            }
        } catch {
            // Nobody is there to be told.
        }
        throw Refusal(code: .proofFailed, text: "no answer was given")
    }

    func refuse(_ id: RequestID, reason: String) throws(Refusal) -> ServerMessage {
        let rules = rules()
        if peer.descendsFromBroker { throw Refusal(.agent) }
        guard broker.request(id, for: peer, rules: rules) != nil else { throw Refusal(.unknownRequest) }
        let reason = PreparedRequest.oneLine(reason)
        do throws(ApprovalObjection) {
            try broker.refuse(id, from: peer.requester, rules: rules, at: .now())
        } catch {
            throw Refusal(error)
        }
        broker.notify(id, .refusedByPerson(who: peer.requester.userLabel, reason: reason))
        do throws(AuditError) {
            try broker.audit.append(
                AuditDraft(
                    .approvalRefused, request: id.description, actor: peer.requester.label,
                    details: [AuditField("reason", reason)]))
        } catch {
            return .done("denied \(id); that could not be recorded: \(error)")
        }
        return .done("denied \(id)")
    }

    /// Proves who is there, and runs nothing (`sudo -v`).
    ///
    /// Nothing of it is kept: the next command that needs a proof asks for it again. Whom no rule lets run anything is not asked.
    func validate(_ options: RunOptions) throws(Refusal) -> ServerMessage {
        let policies = broker.policy()
        guard let policy = policies.set.commandPolicy else {
            throw Refusal(code: .policyUnusable, text: policies.set.unusable ?? "there is no command policy")
        }
        guard !policy.rules(for: peer.requester, at: Date.now).isEmpty else {
            throw Refusal(
                code: .deniedByPolicy, text: "no rule of the policy lets \(peer.requester.userLabel) run anything")
        }
        guard !options.contains(.nonInteractive) else {
            throw Refusal(code: .proofFailed, text: "a password is required")
        }
        guard peer.requester.terminal != nil else {
            throw Refusal(code: .proofFailed, text: "a terminal is required to prove who you are")
        }
        _ = try prove(nil)
        return .done("")
    }

    func drop(_ session: String?) throws(Refusal) -> ServerMessage {
        let names = broker.drop(session, of: peer.requester.user)
        guard !names.isEmpty else { return .done("no session of yours keeps anything") }
        do throws(AuditError) {
            try broker.audit.append(.dropped(names, of: peer.requester.user, why: "asked for"))
        } catch {
            return .done("dropped \(names.joined(separator: ", ")); that could not be recorded: \(error)")
        }
        return .done("dropped \(names.joined(separator: ", "))")
    }
}

extension Refusal {
    init(_ objection: ApprovalObjection) {
        let code: RefusalCode =
            switch objection {
            case .unknownRequest, .otherDigest, .notNeeded: .usage
            case .expired: .expired
            case .noProof, .noTerminal: .proofFailed
            default: .deniedByPolicy
            }
        self.init(code: code, text: objection.description)
    }
}
