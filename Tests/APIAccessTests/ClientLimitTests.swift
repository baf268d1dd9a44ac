import Testing

@testable import APIAccess

@Suite struct ClientLimitTests {
    private let start = ContinuousClock.now

    @Test("Five failures within 15 minutes lock a client out for as long, and nobody else")
    func lockout() {
        var lockout = FailureLockout()
        for second in 0..<4 { lockout.fail("a", at: start + .seconds(second)) }
        #expect(lockout.lockout(of: "a", at: start + .seconds(4)) == nil)
        lockout.fail("a", at: start + .seconds(4))
        #expect(lockout.lockout(of: "a", at: start + .seconds(4)) == .seconds(900))
        #expect(lockout.lockout(of: "b", at: start + .seconds(4)) == nil)
        #expect(lockout.lockout(of: "a", at: start + .seconds(903)) == .seconds(1))
        #expect(lockout.lockout(of: "a", at: start + .seconds(904)) == nil)
        // Counting begins anew.
        lockout.fail("a", at: start + .seconds(905))
        #expect(lockout.lockout(of: "a", at: start + .seconds(905)) == nil)
    }

    @Test("Failures further apart than the window do not count together")
    func window() {
        var lockout = FailureLockout()
        for step in 0..<20 { lockout.fail("a", at: start + .seconds(step * 226)) }
        #expect(lockout.lockout(of: "a", at: start + .seconds(19 * 226)) == nil)
    }

    @Test(
        "Clients without number take no memory without number, and a client that fails is remembered before those long ago"
    )
    func capacity() {
        var lockout = FailureLockout(capacity: 100)
        for number in 0..<1_000 { lockout.fail("c\(number)", at: start + .milliseconds(number)) }
        for _ in 0..<4 { lockout.fail("c999", at: start + .seconds(2)) }
        #expect(lockout.lockout(of: "c999", at: start + .seconds(2)) != nil)
        var limiter = RateLimiter(perMinute: 60, burst: 5, capacity: 100)
        for number in 0..<1_000 { _ = limiter.take("c\(number)", at: start) }
        #expect(limiter.take("c1", at: start) == nil)
    }

    @Test("A burst is let through, then as many as the rate says, for each client by itself")
    func rate() {
        var limiter = RateLimiter(perMinute: 60, burst: 3)
        for _ in 0..<3 { #expect(limiter.take("a", at: start) == nil) }
        #expect(limiter.take("a", at: start) == .seconds(1))
        #expect(limiter.take("b", at: start) == nil)
        #expect(limiter.take("a", at: start + .milliseconds(1_001)) == nil)
        #expect(limiter.take("a", at: start + .milliseconds(1_002)) != nil)
    }
}
