package import BrokerProtocol
package import HostModel
package import LinuxSystem
package import Policies

/// Holds back who guesses. An attempt is counted before the secret is looked at, so that many connections at once guess no more often
/// than one; a right answer takes the count away.
package struct ProofAttempts: Sendable {
    package struct Limits: Sendable, Hashable {
        /// Wrong answers after which nothing is tried any more for `lockout`.
        package var failures: Int
        package var lockout: Duration
        /// Wrong answers count together as long as the last of them is no longer ago.
        package var window: Duration
        /// The pause after the first wrong answer; it doubles with each further one.
        package var pause: Duration

        /// As a policy has it, which says what holds where it says nothing.
        package init(_ policy: CommandPolicy.Lockout = CommandPolicy.Lockout(), pause: Duration = .seconds(1)) {
            failures = max(1, policy.attempts)
            lockout = policy.duration
            window = policy.window
            self.pause = pause
        }
    }

    /// Whose secret of which kind is guessed at.
    package struct Key: Sendable, Hashable {
        package var user: UserID
        package var kind: PromptKind

        package init(user: UserID, kind: PromptKind) {
            self.user = user
            self.kind = kind
        }
    }

    package enum Permission: Sendable, Hashable {
        case granted
        /// Too soon after a wrong answer.
        case pause(Duration)
        /// Too many wrong answers.
        case lockedOut(Duration)
    }

    private struct Record {
        var failures = 0
        var notBefore: BootTime
        var isLockedOut = false
    }

    /// What the policy in force says.
    package var limits: Limits
    private var records: [Key: Record] = [:]

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// Whether a secret may be tried now. Granted, it counts as wrong until `succeed` says otherwise.
    package mutating func begin(_ key: Key, at now: BootTime) -> Permission {
        var record = records[key] ?? Record(notBefore: now)
        if now < record.notBefore {
            let wait = record.notBefore - now
            return record.isLockedOut ? .lockedOut(wait) : .pause(wait)
        }
        // After a lock-out counting begins anew; so it does after a while without a wrong answer.
        if record.isLockedOut || now - record.notBefore >= limits.window { record = Record(notBefore: now) }
        record.failures += 1
        record.isLockedOut = record.failures >= limits.failures
        let doublings = min(record.failures - 1, 16)
        record.notBefore = now + (record.isLockedOut ? limits.lockout : limits.pause * (1 << doublings))
        records[key] = record
        return .granted
    }

    /// The attempt that was begun last was right.
    package mutating func succeed(_ key: Key) { records[key] = nil }

    /// How many further wrong answers are taken before the lock-out.
    package func attemptsLeft(_ key: Key) -> Int { limits.failures - (records[key]?.failures ?? 0) }

    /// Forgets what no longer holds anybody back.
    package mutating func forget(before now: BootTime) {
        records = records.filter { now - $0.value.notBefore < max(limits.lockout, limits.window) }
    }
}
