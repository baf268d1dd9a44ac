private import Dispatch
private import LinuxSystem
private import Synchronization

/// One talk with PAM's modules on a thread of its own, shared by that thread and the one that waits for it.
///
/// Threads whose modules have not returned in time cannot be ended, so there may be only so many; and so many for an account, that nobody
/// takes them all from others.
final class PAMRun<Value: Sendable>: Sendable {
    private let service: String
    private let user: String
    private let conversation: Conversation
    private let body: @Sendable (Conversation) throws(PAMError) -> Value
    private let finished = DispatchSemaphore(value: 0)
    private let outcome = Mutex(Outcome.running)

    private enum Outcome {
        case running
        case abandoned
        case over(Result<Value, PAMError>)
    }

    init(
        service: String, user: String, _ conversation: Conversation,
        _ body: @escaping @Sendable (Conversation) throws(PAMError) -> Value
    ) {
        (self.service, self.user) = (service, user)
        (self.conversation, self.body) = (conversation, body)
    }

    /// Runs it, and waits no longer than the limit; the conversation answers nothing after that.
    func result(within limit: Duration) throws(PAMError) -> Value {
        try StuckThreads.shared.checkRoom(for: user)
        do throws(SystemError) {
            try OwnThread { self.perform() }.detach()
        } catch {
            throw PAMError(error.description)
        }
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        _ = finished.wait(timeout: .now() + .nanoseconds(nanoseconds))
        conversation.abandon()
        let result: Result<Value, PAMError> = outcome.withLock {
            if case .over(let result) = $0 { return result }
            $0 = .abandoned
            StuckThreads.shared.count(1, of: user)
            return .failure(PAMError("the modules of \(service) took longer than \(limit)"))
        }
        return try result.get()
    }

    private func perform() {
        let result: Result<Value, PAMError>
        do throws(PAMError) {
            result = .success(try body(conversation))
        } catch {
            result = .failure(error)
        }
        outcome.withLock {
            if case .abandoned = $0 { StuckThreads.shared.count(-1, of: user) }
            $0 = .over(result)
        }
        finished.signal()
    }
}

/// How many threads have been given up, by the account they ask about.
private final class StuckThreads: Sendable {
    static let shared = StuckThreads()

    private static let (limit, limitOfAccount) = (16, 4)
    private let counts = Mutex<[String: Int]>([:])

    func checkRoom(for user: String) throws(PAMError) {
        let (own, all) = counts.withLock { ($0[user] ?? 0, $0.values.reduce(0, +)) }
        guard own < Self.limitOfAccount, all < Self.limit else {
            throw PAMError("\(all) earlier checks are still waiting for their modules, \(own) of them for this account")
        }
    }

    func count(_ change: Int, of user: String) {
        counts.withLock { counts in
            let count = (counts[user] ?? 0) + change
            counts[user] = count > 0 ? count : nil
        }
    }
}
