private import Glibc

/// A moment on the clock that counts from the host's start, sleep included, and that nobody can set (CLOCK_BOOTTIME, clock_gettime(2)).
package struct BootTime: Sendable, Hashable, Comparable {
    package var sinceBoot: Duration

    package init(sinceBoot: Duration) { self.sinceBoot = sinceBoot }

    package static func now() -> BootTime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(sinceBoot: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    package static func < (left: BootTime, right: BootTime) -> Bool { left.sinceBoot < right.sinceBoot }
    package static func + (time: BootTime, duration: Duration) -> BootTime {
        BootTime(sinceBoot: time.sinceBoot + duration)
    }
    package static func - (left: BootTime, right: BootTime) -> Duration { left.sinceBoot - right.sinceBoot }
}
