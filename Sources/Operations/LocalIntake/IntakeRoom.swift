internal import LinuxSystem

/// What the producers of all users have taken of the intake. No user takes more than a share, so that one that holds on to everything keeps
/// no other's findings out.
final class IntakeRoom: Sendable {
    /// Connections at once.
    static let connectionLimit = (all: 96, ofOne: 32)
    /// Bytes of batches in memory at once.
    static let byteLimit = (all: 96 << 20, ofOne: 2 * IntakeFrame.bodyLimit)

    private struct Taken {
        var connections = 0
        var bytes = 0
    }

    private let users = Monitor<[UInt32: Taken]>([:])

    /// Counts one more connection of the user.
    /// - Returns: false when there is no room for it.
    func enter(_ user: UInt32) -> Bool {
        users.withLock { users in
            let all = users.values.reduce(0) { $0 + $1.connections }
            guard all < Self.connectionLimit.all, users[user]?.connections ?? 0 < Self.connectionLimit.ofOne else {
                return false
            }
            users[user, default: Taken()].connections += 1
            return true
        }
    }

    func leave(_ user: UInt32) { change(user) { $0.connections -= 1 } }

    /// Waits until there is room for a batch of `count` bytes.
    /// - Returns: false when there was none by the deadline.
    func take(_ count: Int, of user: UInt32, until deadline: ContinuousClock.Instant) -> Bool {
        users.wait(until: deadline) { users -> Void? in
            let all = users.values.reduce(0) { $0 + $1.bytes }
            guard all + count <= Self.byteLimit.all, (users[user]?.bytes ?? 0) + count <= Self.byteLimit.ofOne else {
                return nil
            }
            users[user, default: Taken()].bytes += count
        } != nil
    }

    func release(_ count: Int, of user: UInt32) { change(user) { $0.bytes -= count } }

    private func change(_ user: UInt32, _ body: (inout Taken) -> Void) {
        users.change { users in
            var taken = users[user] ?? Taken()
            body(&taken)
            users[user] = taken.connections > 0 || taken.bytes > 0 ? taken : nil
        }
    }
}
