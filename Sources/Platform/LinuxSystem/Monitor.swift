private import CLinux
private import Glibc

/// A value that threads share under one lock, and on whose changes they wait (pthread_mutex_lock(3), pthread_cond_wait(3)). It is for
/// threads that may block; tasks have actors.
// @unchecked: `value` is touched with `mutex` held only.
package final class Monitor<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        // SAFETY: both stay where they are until deinit, as these functions ask for.
        pthread_mutex_init(mutex, nil)
        // Waits with a deadline count by a clock that nobody sets.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        // Nobody waits: whoever does holds a reference.
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Looks at the value or changes it; nobody is woken.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Changes the value and wakes everybody who waits for a change.
    package func change(_ body: (inout Value) -> Void) {
        withLock(body)
        pthread_cond_broadcast(changed)
    }

    /// Changes the value and wakes one of those who wait: where each change is for one of them, whoever it is.
    package func changeForOne(_ body: (inout Value) -> Void) {
        withLock(body)
        pthread_cond_signal(changed)
    }

    /// Calls `body` until it returns something, again after each change. The lock is let go of in between.
    package func wait<Result>(for body: (inout Value) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            pthread_cond_wait(changed, mutex)
        }
    }

    /// The same, until the deadline at the latest: then nil.
    package func wait<Result>(
        until deadline: ContinuousClock.Instant, for body: (inout Value) -> Result?
    ) -> Result? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) { return result }
            let left = max(.zero, deadline - .now).components
            if left.seconds == 0, left.attoseconds == 0 { return nil }
            var end = timespec()
            clock_gettime(CLOCK_MONOTONIC, &end)
            end.tv_sec += Int(clamping: left.seconds)
            end.tv_nsec += Int(left.attoseconds / 1_000_000_000)
            if end.tv_nsec >= 1_000_000_000 {
                end.tv_sec += 1
                end.tv_nsec -= 1_000_000_000
            }
            pthread_cond_timedwait(changed, mutex, &end)
        }
    }
}
