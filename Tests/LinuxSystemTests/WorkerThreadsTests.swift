import LinuxSystem
import TestSupport
import Testing

/// Threads that are used again.
@Suite struct WorkerThreadsTests {
    @Test("Each piece of work has a thread of its own at once, however many wait for each other")
    func atOnce() throws {
        let workers = WorkerThreads()
        let arrived = Monitor(0)
        for round in 1...3 {
            for _ in 0..<40 {
                // None goes on before all are there: a thread shared by two would wait for ever.
                try workers.run {
                    arrived.change { $0 += 1 }
                    _ = arrived.wait { $0 >= 40 * round ? true : nil }
                }
            }
            _ = arrived.wait { $0 >= 40 * round ? true : nil }
        }
        #expect(arrived.withLock { $0 } == 120)
    }

    private final class Held: Sendable {
        let count: Monitor<Int>
        init(_ count: Monitor<Int>) { self.count = count }
        deinit { count.change { $0 += 1 } }
    }

    @Test("What the work held is let go of when it is done, not when its thread ends or has other work")
    func letGo() throws {
        let workers = WorkerThreads(patience: .seconds(90))
        let released = Monitor(0)
        for _ in 0..<100 {
            let held = Held(released)
            try workers.run { withExtendedLifetime(held) {} }
        }
        let all = released.wait(until: .now + .patience) { $0 == 100 ? true : nil }
        #expect(all == true)
    }
}
