private import Glibc

/// A thread that runs one closure and ends: for blocking work, and for work that changes what belongs to a thread alone, such as its
/// network namespace (setns(2)). Whoever starts it awaits it with `join`.
package struct OwnThread<Result: Sendable>: ~Copyable {
    private let thread: pthread_t
    private let box: Box

    // @unchecked: `result` is written by the thread before it ends and read after pthread_join, which orders the two.
    private final class Box: ThreadBody, @unchecked Sendable {
        let body: @Sendable () -> Result
        var result: Result?

        init(_ body: @escaping @Sendable () -> Result) { self.body = body }

        override func run() { result = body() }
    }

    package init(_ body: @escaping @Sendable () -> Result) throws(SystemError) {
        box = Box(body)
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, runThreadBody, Unmanaged<ThreadBody>.passRetained(box).toOpaque())
        guard status == 0 else {
            Unmanaged<ThreadBody>.passUnretained(box).release()
            throw SystemError("start thread", "", errorNumber: status)
        }
        self.thread = thread
    }

    /// Lets the thread end by itself: for work that may never end, whose owner counts it by other means.
    package consuming func detach() { pthread_detach(thread) }

    /// Waits for the thread to end and returns what it computed.
    package consuming func join() -> Result {
        pthread_join(thread, nil)
        guard let result = box.result else { preconditionFailure("the thread ended without a result") }
        return result
    }
}

// @unchecked: a class without state of its own.
private class ThreadBody: @unchecked Sendable {
    func run() {}
}

private func runThreadBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    // SAFETY: the pointer is the retained ThreadBody handed to pthread_create, consumed exactly once here.
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}

package enum CurrentThread {
    /// Lets other threads run first, by so much (setpriority(2)): 4 is to have 0.4 of the time of one that gives no way. On Linux niceness is
    /// the thread's own. It never fails: nobody needs a right for it.
    package static func giveWay(by niceness: Int32) {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
    }
}
