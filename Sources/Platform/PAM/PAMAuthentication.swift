private import CPAM
private import Dispatch
package import LinuxSystem
private import Synchronization

/// Proof of who is there, by the modules the host has for a service (`/etc/pam.d/SERVICE`, pam(8)): is it this user (authenticate), and
/// may the account be used now (acct_mgmt).
///
/// Modules may wait for whatever they like, so all of it runs on a thread of its own, and who asked waits no longer than the limit.
package struct PAMAuthentication: Sendable {
    package var service: String
    /// The account to be proven.
    package var user: String
    /// Who asks for it, for the log of the modules (PAM_RUSER).
    package var requester: String
    /// The terminal's path (PAM_TTY); nil: none.
    package var terminal: String?
    package var limit: Duration

    package init(
        service: String, user: String, requester: String, terminal: String? = nil, limit: Duration = .seconds(120)
    ) {
        self.service = service
        self.user = user
        self.requester = requester
        self.terminal = terminal
        self.limit = limit
    }

    package enum Verdict: Sendable, Hashable {
        case proven
        /// A wrong answer, or no such user: modules do not tell which, and neither do we.
        case wrong
        /// A question had no answer, or one that modules do not take: longer than 511 bytes, or with NUL in it.
        case unanswered
        /// The person may be who it says, and the account cannot be used: expired, locked, its password to be changed.
        case accountUnusable(reason: String)
    }

    /// Threads whose modules have not returned in time, by the account they ask about. They cannot be ended, so there may be only so many;
    /// and so many for an account, that nobody takes them all from others.
    private static let stuck = Mutex<[String: Int]>([:])
    private static let (stuckLimit, stuckLimitOfAccount) = (16, 4)

    /// Asks the modules. `converse` answers each of their questions, nil to give up, on another thread than the caller's; it is not called
    /// any more once this has returned.
    package func check(
        converse: @escaping @Sendable (PAMQuestion) -> SecretBytes?
    ) throws(PAMError) -> Verdict {
        guard [service, user, requester, terminal ?? "-"].allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
            throw PAMError("a name is empty or holds NUL")
        }
        let (own, all) = Self.stuck.withLock { ($0[user] ?? 0, $0.values.reduce(0, +)) }
        guard own < Self.stuckLimitOfAccount, all < Self.stuckLimit else {
            throw PAMError("\(all) earlier checks are still waiting for their modules, \(own) of them for this account")
        }
        let run = Run(self, converse: converse)
        do throws(SystemError) {
            try OwnThread { run.perform() }.detach()
        } catch {
            throw PAMError(error.description)
        }
        return try run.result(within: limit)
    }

    private func countStuck(_ change: Int) {
        Self.stuck.withLock { stuck in
            let count = (stuck[user] ?? 0) + change
            stuck[user] = count > 0 ? count : nil
        }
    }

    /// One check, shared by the thread that makes it and the one that waits for it.
    private final class Run: Sendable {
        private let authentication: PAMAuthentication
        private let conversation: Conversation
        private let finished = DispatchSemaphore(value: 0)
        private let outcome = Mutex(Outcome.running)

        private enum Outcome {
            case running
            case abandoned
            case over(Result<Verdict, PAMError>)
        }

        init(_ authentication: PAMAuthentication, converse: @escaping @Sendable (PAMQuestion) -> SecretBytes?) {
            self.authentication = authentication
            conversation = Conversation(converse)
        }

        func perform() {
            let result: Result<Verdict, PAMError>
            do throws(PAMError) {
                result = .success(try authentication.perform(conversation))
            } catch {
                result = .failure(error)
            }
            outcome.withLock {
                if case .abandoned = $0 { authentication.countStuck(-1) }
                $0 = .over(result)
            }
            finished.signal()
        }

        func result(within limit: Duration) throws(PAMError) -> Verdict {
            let (seconds, attoseconds) = limit.components
            let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
            _ = finished.wait(timeout: .now() + .nanoseconds(nanoseconds))
            conversation.abandon()
            let result: Result<Verdict, PAMError> = outcome.withLock {
                if case .over(let result) = $0 { return result }
                $0 = .abandoned
                authentication.countStuck(1)
                return .failure(PAMError("the modules of \(authentication.service) took longer than \(limit)"))
            }
            return try result.get()
        }
    }
}

/// What a module asks or tells (pam_conv(3)).
package enum PAMQuestion: Sendable, Hashable {
    /// To be answered with echo off.
    case secret(String)
    case visible(String)
    case information(String)
    case error(String)

    var needsAnswer: Bool {
        switch self {
        case .secret, .visible: true
        case .information, .error: false
        }
    }
}

/// Why identity could not be checked at all; what was typed is never in it.
package struct PAMError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ reason: String) { description = "PAM: \(reason)" }
}

extension PAMAuthentication {
    fileprivate func perform(_ conversation: Conversation) throws(PAMError) -> Verdict {
        let handle = try PAMHandle(service: service, user: user, conversation: conversation)
        try handle.set(PAM_RUSER, requester)
        if let terminal { try handle.set(PAM_TTY, terminal) }
        let flags = Int32(PAM_DISALLOW_NULL_AUTHTOK)
        let proof = handle.authenticate(flags)
        switch proof {
        case PAM_SUCCESS: break
        case _ where conversation.wasUnanswered: return .unanswered
        case PAM_AUTH_ERR, PAM_USER_UNKNOWN, PAM_MAXTRIES, PAM_CRED_INSUFFICIENT, PAM_PERM_DENIED:
            return .wrong
        default: throw PAMError(handle.text(of: proof))
        }
        // A module may have mapped the user to another one: that one was proven, and nobody asked for it.
        guard handle.user == user else { return .wrong }
        let account = handle.checkAccount(flags)
        switch account {
        case PAM_SUCCESS: return .proven
        case PAM_ACCT_EXPIRED, PAM_NEW_AUTHTOK_REQD, PAM_PERM_DENIED, PAM_AUTH_ERR, PAM_USER_UNKNOWN,
            PAM_AUTHTOK_EXPIRED:
            return .accountUnusable(reason: handle.text(of: account))
        default: throw PAMError(handle.text(of: account))
        }
    }
}
