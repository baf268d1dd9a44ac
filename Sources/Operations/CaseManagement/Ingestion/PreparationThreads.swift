internal import LinuxSystem

/// The threads that prepare alerts for whoever sent them, as many as there are processors. Fifty producers that each prepared their own
/// would leave the one thread that writes a fiftieth of the time, and everybody would wait for it.
///
/// They give way to the thread that writes: everybody waits for that one, and it is idle while they are behind.
///
/// Where nobody waits and a processor is free, a small submission is prepared by the thread that brings it, as one of so many: it waits for
/// the outcome anyway, and to wake another thread for it and be woken by the next costs as much as a tenth of the work.
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
        /// Turns that may be under way at a time, on these threads and on those that submit.
        let limit: Int
        var underWay = 0

        var isIdle: Bool { small.isEmpty && large.isEmpty }
        var hasRoom: Bool { underWay < limit }
    }

    private let state: Monitor<State>

    init(count: Int) throws(SystemError) {
        let state = Monitor(State(limit: max(1, count)))
        self.state = state
        for _ in 0..<max(1, count) {
            try OwnThread {
                CurrentThread.giveWay(by: 4)
                while let turn = Self.nextTurn(state) {
                    turn()
                    // Nobody needs to be woken: this thread looks for the next turn itself.
                    state.withLock { $0.underWay -= 1 }
                }
            }.detach()
        }
    }

    // Those that were made before one that failed end too.
    deinit { state.change { $0.isClosing = true } }

    /// Calls `body` with each item, and then `finish` with what came of them, in their order: on these threads, without waiting for it, or on
    /// this one, before it returns.
    func map<Item: Sendable, Made: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) -> Made, then finish: @escaping @Sendable ([Made]) -> Void
    ) {
        guard !items.isEmpty else { return finish([]) }
        guard items.count > Self.turn else {
            return prepare(small: Submission(count: items.count) { _ in finish(items.map(body)) })
        }
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
        state.change { $0.large.append(submission) }
    }

    private func prepare(small submission: Submission) {
        let (isOwn, hasRoom) = state.withLock { state in
            let hasRoom = state.hasRoom
            let isOwn = hasRoom && state.isIdle
            if isOwn { state.underWay += 1 } else { state.small.append(submission) }
            return (isOwn, hasRoom)
        }
        guard isOwn else {
            // Without room whoever ends a turn goes on with this.
            if hasRoom { state.wakeOne() }
            return
        }
        submission.prepare(0..<submission.count)
        let isAwaited = state.withLock { state in
            state.underWay -= 1
            return !state.isIdle
        }
        if isAwaited { state.wakeOne() }
    }

    /// Nil when there is nothing left to do and nobody left to ask for more.
    private static func nextTurn(_ state: Monitor<State>) -> (() -> Void)? {
        state.wait { state -> (() -> Void)?? in
            guard state.hasRoom || state.isIdle else { return nil }
            if let next = state.small.first, state.large.isEmpty || state.smallItems < turn {
                state.small.removeFirst()
                state.smallItems += next.count
                state.underWay += 1
                return .some { next.prepare(0..<next.count) }
            }
            if let next = state.large.first {
                let range = next.taken..<min(next.taken + turn, next.count)
                state.large[0].taken = range.upperBound
                if range.upperBound == next.count { state.large.removeFirst() }
                state.smallItems = 0
                state.underWay += 1
                return .some { next.prepare(range) }
            }
            return state.isClosing ? .some(nil) : nil
        }
    }
}
