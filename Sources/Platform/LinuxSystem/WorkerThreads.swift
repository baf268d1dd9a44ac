/// Threads for work that may block, one for each piece of it at a time. One that is done waits a moment for more before it ends: to make a
/// thread costs more than what a short conversation takes.
package final class WorkerThreads: Sendable {
    package typealias Work = @Sendable () -> Void

    private struct State {
        /// Never more than there are threads without work.
        var work: [Work] = []
        /// Threads that wait, or were made and will take work as soon as they run.
        var free = 0
    }

    private let patience: Duration
    private let state = Monitor(State())

    /// - Parameter patience: how long a thread waits for more.
    package init(patience: Duration = .seconds(1)) { self.patience = patience }

    /// Runs `work` on a thread of its own, now.
    package func run(_ work: @escaping Work) throws(SystemError) {
        var needsThread = false
        state.changeForOne { state in
            needsThread = state.free == state.work.count
            if needsThread { state.free += 1 }
            state.work.append(work)
        }
        guard needsThread else { return }
        do throws(SystemError) {
            try OwnThread { [self] in
                // What the work held is let go of before the thread waits for more.
                while let work = next() {
                    work()
                    state.withLock { $0.free += 1 }
                }
            }.detach()
        } catch {
            let isRefused = state.withLock { state in
                state.free -= 1
                // Another may have finished meanwhile and taken it.
                guard state.work.count > state.free else { return false }
                state.work.removeLast()
                return true
            }
            if isRefused { throw error }
        }
    }

    /// Nil when nothing came for a while.
    private func next() -> Work? {
        if let work = state.wait(until: .now + patience, for: { Self.take(from: &$0) }) { return work }
        return state.withLock { state in
            let late = Self.take(from: &state)
            if late == nil { state.free -= 1 }
            return late
        }
    }

    private static func take(from state: inout State) -> Work? {
        guard let work = state.work.popLast() else { return nil }
        state.free -= 1
        return work
    }
}
