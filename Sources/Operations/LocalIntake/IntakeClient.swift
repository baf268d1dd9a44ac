internal import LinuxSystem

/// Why a batch did not reach the core, or the spool.
package enum IntakeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The core is not there, or does not answer; what was sent may have been stored.
    case unreachable(path: String, why: String)
    /// The core answered something that is no answer.
    case noAnswer(path: String)
    /// The spool has no room: nothing of it is dropped for something new.
    case spoolFull(path: String, limit: Int)
    case tooLarge(Int)
    case spool(String)

    package var description: String {
        switch self {
        case .unreachable(let path, let why): "the core does not answer at \(path): \(why)"
        case .noAnswer(let path): "what answers at \(path) is no core"
        case .spoolFull(let path, let limit):
            "\(path) holds \(limit) bytes, which is its limit: see why the core takes nothing"
        case .tooLarge(let size): "a batch of \(size) bytes is more than \(IntakeFrame.bodyLimit)"
        case .spool(let why): why
        }
    }
}

/// A producer's connection to the core.
package struct IntakeClient {
    package let path: String
    private var connection: BufferedConnection

    package init(path: String, timeout: Duration = .seconds(5)) throws(IntakeError) {
        self.path = path
        do throws(SystemError) {
            connection = BufferedConnection(try UnixConnection.connect(to: path, until: .now + timeout))
        } catch { throw .unreachable(path: path, why: error.reason) }
    }

    /// Sends a batch and waits for the answer. After an error the connection is of no use any more.
    package mutating func send(
        _ request: IntakeFrame.Request, timeout: Duration = .seconds(30)
    ) throws(IntakeError) -> IntakeFrame.Response {
        guard request.body.count <= IntakeFrame.bodyLimit else { throw .tooLarge(request.body.count) }
        let deadline = ContinuousClock.now + timeout
        do throws(SystemError) {
            try connection.connection.send(request.bytes, until: deadline)
            guard let line = try connection.line(until: deadline), let head = IntakeFrame.response(line: line) else {
                throw SystemError("read", "answer", code: .invalid)
            }
            return IntakeFrame.Response(status: head.status, body: try connection.bytes(head.length, until: deadline))
        } catch {
            if error.code == .invalid { throw .noAnswer(path: path) }
            throw .unreachable(path: path, why: error.reason)
        }
    }
}
