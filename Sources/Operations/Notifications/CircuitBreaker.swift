package import Triage

/// Keeps a channel from being tried for each of many messages while it is broken. After five failures in a row it opens: nothing is tried
/// for a minute, then one message; when that fails too, for twice as long, half an hour at most. One success closes it.
package struct CircuitBreaker: Sendable, Hashable {
    package static let threshold = 5
    package static let firstPause = Duration.seconds(60)
    package static let longestPause = Duration.seconds(1800)

    /// In a row.
    package private(set) var failures = 0
    /// While it is open.
    package private(set) var openUntil: EventTime?

    package init() {}

    package enum Permission: Sendable, Hashable {
        case all
        /// One message, to see whether it works again.
        case one
        case none(until: EventTime)
    }

    package func permission(at now: EventTime) -> Permission {
        guard let openUntil else { return .all }
        // A clock that was set back does not keep it open for longer than a pause.
        if now < openUntil, openUntil.since(now) <= Self.longestPause { return .none(until: openUntil) }
        return .one
    }

    package mutating func noteSuccess() { self = CircuitBreaker() }

    package mutating func noteFailure(at now: EventTime) {
        failures += 1
        guard failures >= Self.threshold else { return }
        let pause = Self.firstPause * (1 << min(failures - Self.threshold, 10))
        openUntil = now.adding(min(pause, Self.longestPause))
    }
}
