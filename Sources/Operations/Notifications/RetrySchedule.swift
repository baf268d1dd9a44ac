/// How long to wait after failures: 5 s, doubled each time, an hour at most, a fifth more or less by the message, so that what failed
/// together does not come back together.
package enum RetrySchedule {
    package static let first = Duration.seconds(5)
    package static let longest = Duration.seconds(3600)

    /// - Parameters:
    ///   - failures: how often it has failed, from 1 on.
    ///   - key: the message's.
    ///   - after: the least that the receiver asked for; no more than the longest is granted.
    package static func delay(failures: Int, key: String, after: Duration? = nil) -> Duration {
        let doubled = first * (1 << min(max(failures - 1, 0), 20))
        let spread = Double(key.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xffff }) / 65_535
        let delay = min(doubled, longest) * (0.8 + 0.4 * spread)
        return max(delay, min(after ?? .zero, longest))
    }
}
