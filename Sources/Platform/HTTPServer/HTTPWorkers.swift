internal import LinuxSystem

/// A fixed number of threads that answer requests, and a bounded queue before them. They give way to the thread that has the connections and to
/// whatever they wait for.
final class HTTPWorkers: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isClosing = false
        var threads = 0
    }

    private let state = Monitor(State())
    private let limit: Int

    /// - Parameter count: threads; fewer where the system gives no more, but one.
    init(count: Int, queue limit: Int) throws(HTTPServerError) {
        self.limit = limit
        for index in 0..<count {
            let state = state
            state.withLock { $0.threads += 1 }
            do throws(SystemError) {
                try OwnThread {
                    CurrentThread.giveWay(by: 2)
                    Self.work(state)
                }.detach()
            } catch {
                state.withLock { $0.threads -= 1 }
                if index == 0 { throw HTTPServerError("no thread to answer with: \(error)") }
                return
            }
        }
    }

    /// False when too much waits already.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        var isTaken = false
        state.changeForOne { state in
            guard state.jobs.count < limit, !state.isClosing else { return }
            state.jobs.append(job)
            isTaken = true
        }
        return isTaken
    }

    /// Ends the threads once what was submitted is done, and waits for that.
    func close() {
        state.change { $0.isClosing = true }
        state.wait { $0.threads == 0 ? () : nil }
    }

    private static func work(_ state: Monitor<State>) {
        while true {
            let job = state.wait { state -> (@Sendable () -> Void)?? in
                if state.jobs.isEmpty { return state.isClosing ? .some(nil) : nil }
                return .some(state.jobs.removeFirst())
            }
            guard let job else { break }
            job()
        }
        state.change { $0.threads -= 1 }
    }
}
