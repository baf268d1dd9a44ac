internal import LinuxSystem

/// The threads that prepare alerts for whoever sent them, as many as there are processors. Fifty producers that each prepared their own
/// would leave the one thread that writes a fiftieth of the time, and everybody would wait for it.
///
/// They give way to the thread that writes: everybody waits for that one, and it is idle while they are behind.
///
/// Small submissions go in the order in which they came. Large ones, one after the other by all threads together, get every second turn
/// while small ones wait: neither keeps the other out.
final class PreparationThreads: Sendable {
    /// Items that one thread takes at a time; a submission of no more is a small one.
    static let turn = 16

    private struct Submission {
        let count: Int
        var taken = 0
        let prepare: @Sendable (Range<Int>) -> Void
    }

    private struct State {
        var small: [Submission] = []
        var large: [Submission] = []
        /// Items of small submissions since a large one had its turn.
        var smallItems = 0
        var isClosing = false
    }

    private let state: Monitor<State>

    init(count: Int) throws(SystemError) {
        let state = Monitor(State())
        self.state = state
        for _ in 0..<max(1, count) {
            try OwnThread {
                CurrentThread.giveWay(by: 4)
                while let turn = Self.nextTurn(state) { turn() }
            }.detach()
        }
    }

    // Those that were made before one that failed end too.
    deinit { state.change { $0.isClosing = true } }

    /// Calls `body` with each item, on these threads, and then `finish` with what came of them, in their order. It does not wait for that.
    func map<Item: Sendable, Made: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) -> Made, then finish: @escaping @Sendable ([Made]) -> Void
    ) {
        guard !items.isEmpty else { return finish([]) }
        let made = Monitor([Int: [Made]]())
        let submission = Submission(count: items.count) { range in
            let part = items[range].map(body)
            let whole = made.withLock { made -> [Made]? in
                made[range.lowerBound] = part
                let isWhole = made.count == (items.count + Self.turn - 1) / Self.turn
                return isWhole ? made.keys.sorted().flatMap { made[$0] ?? [] } : nil
            }
            if let whole { finish(whole) }
        }
        if items.count <= Self.turn {
            state.changeForOne { $0.small.append(submission) }
        } else {
            state.change { $0.large.append(submission) }
        }
    }

    /// Nil when there is nothing left to do and nobody left to ask for more.
    private static func nextTurn(_ state: Monitor<State>) -> (() -> Void)? {
        state.wait { state -> (() -> Void)?? in
            if let next = state.small.first, state.large.isEmpty || state.smallItems < turn {
                state.small.removeFirst()
                state.smallItems += next.count
                return .some { next.prepare(0..<next.count) }
            }
            if let next = state.large.first {
                let range = next.taken..<min(next.taken + turn, next.count)
                state.large[0].taken = range.upperBound
                if range.upperBound == next.count { state.large.removeFirst() }
                state.smallItems = 0
                return .some { next.prepare(range) }
            }
            return state.isClosing ? .some(nil) : nil
        }
    }
}
