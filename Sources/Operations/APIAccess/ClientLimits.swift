/// Holds back who guesses tokens: after so many wrong ones in a time, nothing of that client is looked at for as long. How many clients are
/// remembered is bounded; the one whose failure is longest ago is forgotten first.
package struct FailureLockout: Sendable {
    package struct Limits: Sendable, Hashable {
        package var failures: Int
        package var window: Duration

        package init(failures: Int = 5, window: Duration = .seconds(15 * 60)) {
            self.failures = max(1, failures)
            self.window = window
        }
    }

    private struct Record {
        /// Oldest first; no more than matter.
        var failures: [ContinuousClock.Instant] = []
        var lockedUntil: ContinuousClock.Instant?
    }

    private let limits: Limits
    private let capacity: Int
    private var records: [String: Record] = [:]

    package init(limits: Limits = Limits(), capacity: Int = 10_000) {
        self.limits = limits
        self.capacity = capacity
    }

    /// How long the client is still locked out; nil when it is not.
    package func lockout(of client: String, at now: ContinuousClock.Instant) -> Duration? {
        guard let until = records[client]?.lockedUntil, until > now else { return nil }
        return until - now
    }

    /// Notes a wrong token.
    package mutating func fail(_ client: String, at now: ContinuousClock.Instant) {
        var record = records[client] ?? Record()
        if let until = record.lockedUntil, until <= now { record = Record() }
        record.failures.removeAll { now - $0 >= limits.window }
        record.failures.append(now)
        if record.failures.count >= limits.failures { record.lockedUntil = now + limits.window }
        records[client] = record
        if records.count > capacity { forget(at: now) }
    }

    private mutating func forget(at now: ContinuousClock.Instant) {
        records = records.filter { $0.value.failures.last.map { now - $0 < limits.window } ?? false }
        while records.count > capacity,
            let oldest = records.min(by: { ($0.value.failures.last ?? now) < ($1.value.failures.last ?? now) })?.key
        {
            records[oldest] = nil
        }
    }
}

/// How often a client may ask: a bucket that fills at a rate and holds a burst (token bucket). Clients that have not asked for so long that
/// their bucket is full are forgotten.
package struct RateLimiter: Sendable {
    private let perSecond: Double
    private let burst: Double
    private let capacity: Int
    private var buckets: [String: (level: Double, at: ContinuousClock.Instant)] = [:]

    package init(perMinute: Int, burst: Int, capacity: Int = 10_000) {
        perSecond = Double(max(1, perMinute)) / 60
        self.burst = Double(max(1, burst))
        self.capacity = capacity
    }

    /// Takes one request from the client's bucket.
    /// - Returns: nil when it may, else after how long there will be one.
    package mutating func take(_ client: String, at now: ContinuousClock.Instant) -> Duration? {
        let before = buckets[client] ?? (burst, now)
        let level = min(burst, before.level + max(0, (now - before.at) / .seconds(1)) * perSecond)
        guard level >= 1 else {
            buckets[client] = (level, now)
            return .seconds((1 - level) / perSecond)
        }
        buckets[client] = (level - 1, now)
        if buckets.count > capacity { forget(at: now) }
        return nil
    }

    private mutating func forget(at now: ContinuousClock.Instant) {
        buckets = buckets.filter { $0.value.level + (now - $0.value.at) / .seconds(1) * perSecond < burst }
        // More clients than there is room for, all of them at it: those that have most left lose nothing that matters.
        if buckets.count > capacity {
            let spared = buckets.sorted { $0.value.level < $1.value.level }.prefix(capacity / 2)
            buckets = Dictionary(uniqueKeysWithValues: spared.map { ($0.key, $0.value) })
        }
    }
}
