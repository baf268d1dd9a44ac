import Notifications
import Testing
import Triage

@Suite struct RetryTests {
    @Test("Delays double from 5 s to an hour, a fifth more or less, and a receiver's wish is granted up to an hour")
    func delays() {
        for (failures, seconds) in [(1, 5.0), (2, 10), (5, 80), (10, 2560), (11, 3600), (1000, 3600)] {
            for key in ["", "a", "6d0f4c0be4d84f6f9d3a1be1c1ad0c7e"] {
                let delay = RetrySchedule.delay(failures: failures, key: key) / .seconds(1)
                #expect((seconds * 0.799...seconds * 1.201).contains(delay), "\(failures) \(key) \(delay)")
            }
        }
        #expect(RetrySchedule.delay(failures: 1, key: "a", after: .seconds(120)) == .seconds(120))
        #expect(RetrySchedule.delay(failures: 1, key: "a", after: .seconds(86_400)) == .seconds(3600))
        let keys = (0..<50).map { RetrySchedule.delay(failures: 3, key: "key \($0)") }
        #expect(Set(keys).count > 25, "those that failed together do not come back together")
    }

    @Test("A breaker opens after five failures in a row, lets one through after its pause, and closes with a success")
    func breaker() {
        var breaker = CircuitBreaker()
        var now = EventTime(milliseconds: 1_000_000)
        for _ in 0..<4 {
            breaker.noteFailure(at: now)
            #expect(breaker.permission(at: now) == .all)
        }
        breaker.noteFailure(at: now)
        #expect(breaker.permission(at: now) == .none(until: now.adding(.seconds(60))))
        now = now.adding(.seconds(60))
        #expect(breaker.permission(at: now) == .one)
        breaker.noteFailure(at: now)
        #expect(breaker.permission(at: now) == .none(until: now.adding(.seconds(120))))
        for _ in 0..<20 { breaker.noteFailure(at: now) }
        #expect(breaker.permission(at: now) == .none(until: now.adding(.seconds(1800))))
        // The clock was set back by a day: it is tried, not waited for.
        #expect(breaker.permission(at: now.adding(.seconds(-86_400))) == .one)
        breaker.noteSuccess()
        #expect(breaker.permission(at: now) == .all)
        for _ in 0..<4 { breaker.noteFailure(at: now) }
        #expect(breaker.permission(at: now) == .all, "failures count in a row")
    }
}
