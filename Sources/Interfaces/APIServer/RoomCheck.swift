internal import LinuxSystem

/// Whether the disk of a directory takes what comes in: found out by writing it, for quotas, reserved blocks and disks that are only said to
/// be free show in nothing else. Anybody may ask, so it is tried once in a while and the outcome told until then.
final class RoomCheck: Sendable {
    /// How long an outcome is told.
    static let lasting = Duration.seconds(5)
    /// As much as a large post and what SQLite writes beside it.
    private static let size = 1 << 20
    private static let name = "room.check"

    private struct State {
        var checkedAt: ContinuousClock.Instant?
        var error: SystemError?
    }

    private let path: String
    private let state = Monitor(State())

    init(_ directory: String) { path = "\(directory)/\(Self.name)" }

    func check() throws(SystemError) {
        let error = state.withLock { state -> SystemError? in
            if let checkedAt = state.checkedAt, .now - checkedAt < Self.lasting { return state.error }
            state.checkedAt = .now
            do throws(SystemError) {
                try write()
                state.error = nil
            } catch { state.error = error }
            return state.error
        }
        if let error { throw error }
    }

    private func write() throws(SystemError) {
        // It is never put in its place: what is left of it goes with its last descriptor.
        let file = try AtomicFile(replacing: path, permissions: 0o600)
        try file.write([UInt8](repeating: 0x20, count: Self.size))
    }
}
