internal import APIAccess
private import Synchronization

/// What clients have taken, of all listeners together.
final class ClientLimits: Sendable {
    private let lockouts: Mutex<FailureLockout>
    private let rates: Mutex<RateLimiter>

    init(_ settings: APISettings) {
        lockouts = Mutex(FailureLockout(limits: settings.lockout))
        // A sixth of a minute's requests may come at once.
        rates = Mutex(RateLimiter(perMinute: settings.requestsPerMinute, burst: max(1, settings.requestsPerMinute / 6)))
    }

    /// How long the client has to wait before it may ask; nil when it may now.
    func rateWait(of client: String) -> Duration? { rates.withLock { $0.take(client, at: .now) } }

    func lockout(of client: String) -> Duration? { lockouts.withLock { $0.lockout(of: client, at: .now) } }

    /// Notes a wrong token.
    /// - Returns: whether the client is locked out from now on.
    func fail(_ client: String) -> Bool {
        lockouts.withLock {
            $0.fail(client, at: .now)
            return $0.lockout(of: client, at: .now) != nil
        }
    }
}
