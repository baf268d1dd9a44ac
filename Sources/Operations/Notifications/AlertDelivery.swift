internal import LinuxSystem
package import Policies
internal import SQLite
package import Storage
package import Triage

/// Delivers what the core has to tell, off the path of ingestion: one thread looks for work, and each channel that has some is served on
/// a thread of its own, so that a slow one keeps no other waiting.
package final class AlertDelivery: Sendable {
    /// What is to be told now. Nil for an error that was said elsewhere: then everything waits.
    package enum Rules: Sendable {
        /// There is no policy: nobody is told.
        case none
        case policy(AlertsPolicy, ChannelContext)
        /// The policy cannot be used: what there is to tell waits until it is mended.
        case broken(why: String)
    }

    private struct State {
        var breakers: [String: CircuitBreaker] = [:]
        /// Channels that a thread serves.
        var busy: Set<String> = []
        var isStopping = false
        /// What was said last of the policy, so that it is said once.
        var complaint: String?
        var version = ""
    }

    private let outbox: Outbox
    private let rules: @Sendable () -> Rules
    private let clock: @Sendable () -> EventTime
    private let say: @Sendable (String) -> Void
    private let state = Monitor(State())
    /// How often notices are looked for.
    private static let interval = Duration.seconds(1)

    /// - Parameters:
    ///   - rules: the policy as it is now; asked about once a second.
    ///   - say: where what goes wrong is told.
    package init(
        _ outbox: Outbox, clock: @escaping @Sendable () -> EventTime, rules: @escaping @Sendable () -> Rules,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.outbox = outbox
        self.rules = rules
        self.clock = clock
        self.say = say
    }

    /// Works until `stop`.
    package func start() throws(StorageError) {
        let count = try outbox.recover()
        if count > 0 { say("\(count) notifications were being sent when the core ended; they are sent again") }
        do throws(SystemError) {
            try OwnThread { [self] in
                while !state.withLock(\.isStopping) {
                    do throws(StorageError) { try round() } catch { say("notifications wait: \(error)") }
                    let next = ContinuousClock.now + Self.interval
                    _ = state.wait(until: next) { $0.isStopping ? true : nil }
                }
            }.detach()
        } catch { throw .system(error) }
    }

    /// Starts nothing more, and waits for what is being sent, for so long. What is cut short is sent again by the next core.
    package func stop(patience: Duration = .seconds(3)) {
        state.change { $0.isStopping = true }
        _ = state.wait(until: .now + patience) { $0.busy.isEmpty ? true : nil }
    }

    /// Looks at what is new, and starts a thread for each channel with something to send.
    private func round() throws(StorageError) {
        guard let (policy, context) = try routed() else { return }
        let connection = try outbox.queue.file.openToRead()
        for channel in policy.channels {
            let due = try storing(outbox.queue.file) { () throws(SQLiteError) in
                try outbox.nextDue(channel.id, connection)
            }
            guard let due, due <= clock(), isFree(channel.id) else { continue }
            do throws(SystemError) {
                try OwnThread { [self] in
                    do throws(StorageError) {
                        while try deliver(channel, in: context), !state.withLock(\.isStopping) {}
                    } catch { say("channel \(channel.id): \(error)") }
                    state.change { $0.busy.remove(channel.id) }
                }.detach()
            } catch {
                state.change { $0.busy.remove(channel.id) }
                say("channel \(channel.id): \(error)")
            }
        }
    }

    /// Puts what came into the queue, by the policy as it is now; nil when there is none to send by.
    package func routed() throws(StorageError) -> (AlertsPolicy, ChannelContext)? {
        switch rules() {
        case .none:
            while try outbox.route(by: nil) == 500 {}
            return nil
        case .broken(let why):
            let isNew = state.withLock { state in
                defer { state.complaint = why }
                return state.complaint != why
            }
            if isNew { say("nobody is told anything until the alerts policy is mended:\n\(why)") }
            return nil
        case .policy(let policy, let context):
            while try outbox.route(by: policy) == 500 {}
            let isNew = state.withLock { state in
                defer { (state.complaint, state.version) = (nil, policy.version) }
                return state.version != policy.version
            }
            if isNew { try outbox.abandon(except: policy.channels.map(\.id)) }
            return (policy, context)
        }
    }

    private func isFree(_ channel: String) -> Bool {
        let now = clock()
        return state.withLock { state in
            guard !state.isStopping, !state.busy.contains(channel) else { return false }
            if case .none = state.breakers[channel, default: CircuitBreaker()].permission(at: now) { return false }
            state.busy.insert(channel)
            return true
        }
    }

    /// Sends what is due on a channel, a batch at most, and notes what became of it.
    /// - Returns: whether there may be more to send at once.
    package func deliver(_ channel: AlertChannel, in context: ChannelContext) throws(StorageError) -> Bool {
        let breaker = state.withLock { $0.breakers[channel.id, default: CircuitBreaker()] }
        let opened = channel.opened(in: context)
        let limit: Int
        switch breaker.permission(at: clock()) {
        case .all: limit = opened.batchLimit
        case .one: limit = 1
        case .none: return false
        }
        let due = try outbox.take(channel.id, limit: limit)
        guard !due.isEmpty else { return false }
        let outcomes = Self.send(due, by: opened)
        try outbox.note(outcomes, attempts: channel.attempts)
        note(outcomes, channel.id)
        return true
    }

    static func send(
        _ due: [Outbox.Due], by channel: any NotificationChannel
    ) -> [(due: Outbox.Due, error: DeliveryError?)] {
        do throws(DeliveryError) {
            let results = try channel.send(due.map(\.message))
            return zip(due, results).map { ($0, $1) }
        } catch {
            return due.map { ($0, error) }
        }
    }

    /// A channel that took anything works; one that refused a message for good does too.
    private func note(_ outcomes: [(due: Outbox.Due, error: DeliveryError?)], _ channel: String) {
        let now = clock()
        let works = outcomes.contains { outcome in
            switch outcome.error?.kind {
            case nil, .permanent: true
            case .transient: false
            }
        }
        let opens = state.withLock { state -> CircuitBreaker? in
            var breaker = state.breakers[channel, default: CircuitBreaker()]
            if works { breaker.noteSuccess() } else { breaker.noteFailure(at: now) }
            state.breakers[channel] = breaker
            return breaker.openUntil == nil ? nil : breaker
        }
        if let opens, let error = outcomes.compactMap(\.error).first, let until = opens.openUntil {
            say("channel \(channel) failed \(opens.failures) times in a row and rests until \(until): \(error)")
        }
    }
}
