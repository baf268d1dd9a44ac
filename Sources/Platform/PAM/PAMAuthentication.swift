private import CPAM
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

    /// What the account modules alone say, of somebody who proves nothing.
    package enum AccountVerdict: Sendable, Hashable {
        case usable
        /// The password has to be changed, which is no bar where none is asked for: sudo 1.9 takes it so.
        case passwordToBeChanged
        /// `why` is PAM's own word, and what the modules had to say to the person.
        case unusable(why: String)
    }

    /// Asks the modules. `converse` answers each of their questions, nil to give up, on another thread than the caller's; it is not called
    /// any more once this has returned.
    package func check(
        converse: @escaping @Sendable (PAMQuestion) -> SecretBytes?
    ) throws(PAMError) -> Verdict {
        try run(Conversation(converse)) { conversation throws(PAMError) in try perform(conversation) }
    }

    /// Asks the account modules alone (pam_acct_mgmt(3)), as sudo does before every command, also where it asks for no password. They get no
    /// answer to a question.
    package func checkAccount() throws(PAMError) -> AccountVerdict {
        let told = ToldTexts()
        let conversation = Conversation { question in
            told.take(question)
            return nil
        }
        return try run(conversation) { conversation throws(PAMError) in
            try performAccountCheck(conversation, told)
        }
    }

    private func run<Value: Sendable>(
        _ conversation: Conversation, _ body: @escaping @Sendable (Conversation) throws(PAMError) -> Value
    ) throws(PAMError) -> Value {
        guard [service, user, requester, terminal ?? "-"].allSatisfy({ !$0.isEmpty && !$0.utf8.contains(0) }) else {
            throw PAMError("a name is empty or holds NUL")
        }
        return try PAMRun(service: service, user: user, conversation, body).result(within: limit)
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
    private func start(_ conversation: Conversation) throws(PAMError) -> PAMHandle {
        let handle = try PAMHandle(service: service, user: user, conversation: conversation)
        try handle.set(PAM_RUSER, requester)
        if let terminal { try handle.set(PAM_TTY, terminal) }
        return handle
    }

    private func perform(_ conversation: Conversation) throws(PAMError) -> Verdict {
        let handle = try start(conversation)
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
        case _ where Self.refusals.contains(account) || account == PAM_NEW_AUTHTOK_REQD:
            return .accountUnusable(reason: handle.text(of: account))
        default: throw PAMError(handle.text(of: account))
        }
    }

    private func performAccountCheck(
        _ conversation: Conversation, _ told: ToldTexts
    ) throws(PAMError) -> AccountVerdict {
        let handle = try start(conversation)
        let account = handle.checkAccount(Int32(PAM_DISALLOW_NULL_AUTHTOK))
        switch account {
        case PAM_SUCCESS: return .usable
        case PAM_NEW_AUTHTOK_REQD: return .passwordToBeChanged
        case _ where Self.refusals.contains(account):
            return .unusable(why: ([handle.text(of: account)] + told.texts).joined(separator: ": "))
        default: throw PAMError(handle.text(of: account))
        }
    }

    /// What says that the account may not be used; anything else says that it could not be told.
    private static let refusals: Set<Int32> = [
        PAM_ACCT_EXPIRED, PAM_PERM_DENIED, PAM_AUTH_ERR, PAM_USER_UNKNOWN, PAM_AUTHTOK_EXPIRED,
    ]
}

/// What modules tell the person, as far as a line of an error has room for.
private final class ToldTexts: Sendable {
    private static let limit = 4
    private let kept = Mutex<[String]>([])

    var texts: [String] { kept.withLock(\.self) }

    func take(_ question: PAMQuestion) {
        switch question {
        case .secret, .visible: return
        case .information(let text), .error(let text):
            let words = String(text.prefix(512)).split { $0.isWhitespace || $0.isNewline }
            kept.withLock { kept in
                guard kept.count < Self.limit, !words.isEmpty else { return }
                kept.append(words.joined(separator: " "))
            }
        }
    }
}
