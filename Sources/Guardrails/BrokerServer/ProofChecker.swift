private import Auditing
internal import BrokerProtocol
private import FoundationEssentials
internal import HostModel
internal import LinuxSystem
private import PAM
internal import Policies
internal import PrivilegeBroker
private import Synchronization

/// Holds what a person typed against what proves who it is. Guesses are counted by account and kind of secret, over all connections.
struct ProofChecker: Sendable {
    let broker: Broker
    let connection: ClientConnection
    let peer: Peer

    /// Checks a secret that was typed by the peer, for the account it has.
    func check(_ kind: PromptKind, _ secret: SecretBytes) -> RequestConversation.ProofResult {
        let key = ProofAttempts.Key(user: peer.requester.user, kind: kind)
        while true {
            switch broker.beginProof(key, at: .now()) {
            case .granted:
                let result = verify(kind, secret)
                if result == .right { broker.succeedProof(key) }
                if case .wrong = result {
                    // It is refused either way.
                    _ = try? broker.audit.append(
                        AuditDraft(
                            .proofFailed, actor: peer.requester.label,
                            details: [AuditField("kind", "\(kind)"), AuditField("why", "wrong")]))
                    return .wrong(attemptsLeft: broker.attemptsLeft(key))
                }
                return result
            case .lockedOut(let wait): return .lockedOut(wait)
            case .pause(let wait): pause(wait)
            }
        }
    }

    /// Why no answer to a prompt of this kind can be right; nil when one can.
    func reasonNotToAsk(_ kind: PromptKind) -> String? {
        switch kind {
        case .token: return (try? broker.tokens.whenSet()) == .some(nil) ? Self.noToken : nil
        case .oneTimeCode:
            return (try? broker.oneTimeCodes.enrolment(of: peer.requester.user)) == .some(nil) ? Self.noCodes : nil
        case .password, .reason, .confirmation: return nil
        }
    }

    private static let noToken = "no approval token is set: bailey token set"
    private static let noCodes = "no one-time codes are set up for this account: bailey totp enrol"

    /// The wait after a wrong answer. It is this connection's own time that passes.
    private func pause(_ duration: Duration) {
        var nothing: [PollEntry] = []
        // Without files to wait for nothing but the time can end it.
        _ = try? poll(&nothing, until: .now + duration)
    }

    private func verify(_ kind: PromptKind, _ secret: SecretBytes) -> RequestConversation.ProofResult {
        switch kind {
        case .password: return verifyPassword(secret)
        case .oneTimeCode: return verifyCode(secret)
        case .token: return verifyToken(secret)
        case .reason, .confirmation: return .unavailable("that proves nothing")
        }
    }

    private func verifyToken(_ secret: SecretBytes) -> RequestConversation.ProofResult {
        do throws(ApprovalTokenError) {
            switch try broker.tokens.check(secret) {
            case .right: return .right
            case .wrong: return .wrong(attemptsLeft: 0)
            case .notSet: return .unavailable(Self.noToken)
            }
        } catch {
            return .unavailable("\(error)")
        }
    }

    private func verifyCode(_ secret: SecretBytes) -> RequestConversation.ProofResult {
        var code = secret.withBytes { Array($0) }
        defer { code.wipe(0..<code.count) }
        do throws(OneTimeCodeStoreError) {
            switch try broker.oneTimeCodes.check(
                code, of: peer.requester.user, at: Int64(Date.now.timeIntervalSince1970))
            {
            case .right: return .right
            case .wrong: return .wrong(attemptsLeft: 0)
            case .notEnrolled: return .unavailable(Self.noCodes)
            }
        } catch {
            return .unavailable("\(error)")
        }
    }

    /// The first question of the modules is answered with what was typed; further ones are the person's to answer.
    private func verifyPassword(_ secret: SecretBytes) -> RequestConversation.ProofResult {
        guard let user = peer.requester.userName else {
            return .unavailable("the requester has no account on this host")
        }
        let authentication = PAMAuthentication(
            service: broker.configuration.pamService, user: user, requester: user, terminal: peer.requester.terminal,
            limit: broker.configuration.limits.authentication)
        let answers = PromptedAnswers(
            first: secret, connection: connection,
            limit: min(broker.configuration.limits.answer, broker.configuration.limits.authentication))
        do throws(PAMError) {
            switch try authentication.check(converse: { answers.answer($0) }) {
            case .proven: return .right
            case .wrong: return .wrong(attemptsLeft: 0)
            case .unanswered: return .unavailable("a question of the host's authentication had no answer")
            case .accountUnusable(let reason): return .unavailable("the account cannot be used: \(reason)")
            }
        } catch {
            return .unavailable("\(error)")
        }
    }
}

/// Answers what PAM's modules ask, on their thread, while the connection's own waits for them.
private final class PromptedAnswers: Sendable {
    private let first: SecretBytes
    private let connection: ClientConnection
    private let limit: Duration
    private let count = Mutex(0)

    init(first: SecretBytes, connection: ClientConnection, limit: Duration) {
        self.first = first
        self.connection = connection
        self.limit = limit
    }

    func answer(_ question: PAMQuestion) -> SecretBytes? {
        switch question {
        case .information(let text), .error(let text):
            tell(text)
            return nil
        case .secret(let text): return next() == 1 ? first : ask(text, echoes: false)
        case .visible(let text):
            _ = next()
            return ask(text, echoes: true)
        }
    }

    /// Which question this is, from 1.
    private func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }

    private func tell(_ text: String) {
        // A client that has gone is noticed by its own thread.
        try? connection.send(.notice(text))
    }

    private func ask(_ text: String, echoes: Bool) -> SecretBytes? {
        do throws(ClientConnection.Loss) {
            try connection.send(.prompt(Prompt(kind: .password, text: text, attempt: 1, echoes: echoes)))
            guard case .answer(let secret) = try connection.next(until: .now + limit) else { return nil }
            return secret
        } catch {
            return nil
        }
    }
}
