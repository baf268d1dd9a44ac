import LinuxSystem
import Testing

@testable import CaseManagement

@Suite struct PreparationThreadsTests {
    @Test(
        "What comes of a submission is in its order, whichever thread made which part",
        arguments: [0, 1, 16, 17, 1_000])
    func order(count: Int) throws {
        let threads = try PreparationThreads(count: 4)
        let made = Monitor<[Int]?>(nil)
        threads.map(Array(0..<count)) {
            $0 * 2
        } then: { result in
            made.change { $0 = result }
        }
        #expect(made.wait { $0 } == (0..<count).map { $0 * 2 })
    }

    /// The order in which one thread takes what is there when it begins.
    private func taken(_ submissions: [(name: Character, count: Int)]) throws -> String {
        let threads = try PreparationThreads(count: 1)
        let (isBegun, isOpen) = (Monitor(false), Monitor(false))
        threads.map([0]) { _ in
            isBegun.change { $0 = true }
            _ = isOpen.wait { $0 ? true : nil }
        } then: { _ in
        }
        _ = isBegun.wait { $0 ? true : nil }
        let (order, rest) = (Monitor(""), Monitor(submissions.count))
        for (name, count) in submissions {
            threads.map([Character](repeating: name, count: count)) { name in
                order.withLock { if $0.last != name { $0.append(name) } }
            } then: { _ in
                rest.change { $0 -= 1 }
            }
        }
        isOpen.change { $0 = true }
        _ = rest.wait { $0 == 0 ? true : nil }
        return order.withLock(\.self)
    }

    @Test("Small submissions go in their order, before the large one that came first")
    func small() throws {
        #expect(try taken([("L", 100), ("a", 1), ("b", 8), ("c", 1)]) == "abcL")
    }

    @Test("However many small ones wait, a large one has every second turn; the next large one waits for it")
    func large() throws {
        #expect(try taken([("L", 40), ("M", 20), ("a", 16), ("b", 16), ("c", 9), ("d", 9)]) == "aLbLcdLM")
    }
}
