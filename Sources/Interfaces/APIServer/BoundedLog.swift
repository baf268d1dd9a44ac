internal import APIAccess
private import Synchronization

/// A log that nobody can fill: so many lines a second, and how many were left out.
package final class BoundedLog: Sendable {
    private struct State {
        var rate: RateLimiter
        var omitted = 0
    }

    private let write: @Sendable (String) -> Void
    private let state: Mutex<State>

    package init(perMinute: Int = 600, burst: Int = 100, _ write: @escaping @Sendable (String) -> Void) {
        self.write = write
        state = Mutex(State(rate: RateLimiter(perMinute: perMinute, burst: burst)))
    }

    package func note(_ line: String) {
        let omitted = state.withLock { state -> Int? in
            guard state.rate.take("", at: .now) == nil else {
                state.omitted += 1
                return nil
            }
            defer { state.omitted = 0 }
            return state.omitted
        }
        guard let omitted else { return }
        if omitted > 0 { write("\(omitted) lines were left out: too many at once") }
        write(line)
    }

    /// Text from a client as it stands in a line: printable ASCII, 200 bytes at most.
    static func safe(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(200).map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
