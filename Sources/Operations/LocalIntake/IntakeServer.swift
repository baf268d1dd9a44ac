package import CaseManagement
internal import JSON
package import LinuxSystem
internal import Storage
internal import Triage

/// Takes batches from producers on this host over a Unix socket. Who may connect is told by the socket's permissions; what a user's programs
/// number their batches by is kept apart from other users'.
package final class IntakeServer: Sendable {
    private let listener: ListeningUnixSocket
    private let core: Core
    private let failed: @Sendable (_ line: String) -> Void
    private let room = IntakeRoom()

    /// A connection that says nothing for so long is closed; a batch that has begun has to be there by then.
    private static let patience = Duration.seconds(30)

    /// - Parameter failed: told why the store did not take what was sent: for the log of this host alone.
    package init(
        path: String, core: Core, permissions: UInt16 = 0o660, failed: @escaping @Sendable (_ line: String) -> Void
    ) throws(SystemError) {
        listener = try ListeningUnixSocket.listen(at: path, permissions: permissions)
        self.core = core
        self.failed = failed
    }

    /// For an event loop: readable when a producer waits.
    package var pollNumber: Int32 { listener.pollNumber }

    /// Takes the next producer, if one waits, and serves it on a thread of its own. It waits for nobody: where there is no room the connection
    /// is closed, and the producer keeps its findings in its spool.
    package func acceptNext() throws(SystemError) {
        guard let connection = try listener.accept(until: .now) else { return }
        // One that is gone already, or nobody's, has nothing to say.
        guard let user = try? connection.peerUser(), room.enter(user) else { return }
        do throws(SystemError) {
            try OwnThread { [self] in
                serve(connection, user)
                room.leave(user)
            }.detach()
        } catch {
            room.leave(user)
            throw error
        }
    }

    private func serve(_ connection: UnixConnection, _ user: UInt32) {
        // A producer that goes away, or says what is no request, has its connection closed: there is nobody to tell.
        var buffered = BufferedConnection(connection)
        while let (response, isLast) = try? next(&buffered, user) {
            guard (try? connection.send(response.bytes, until: .now + Self.patience)) != nil, !isLast else { return }
        }
    }

    /// - Returns: the answer to the next request, and whether its body was not read, so that nobody knows where another begins; nil where
    ///   there is none.
    private func next(
        _ connection: inout BufferedConnection, _ user: UInt32
    ) throws(SystemError) -> (IntakeFrame.Response, isLast: Bool)? {
        guard let line = try connection.line(until: .now + Self.patience) else { return nil }
        guard let head = IntakeFrame.request(line: line) else {
            let why = "no request: BATCH PRODUCER SEQUENCE LENGTH, the length at most \(IntakeFrame.bodyLimit)"
            return (Self.failure(413, why), isLast: true)
        }
        guard room.take(head.length, of: user, until: .now + Self.patience) else {
            return (Self.failure(503, "too much is sent at once; try again"), isLast: true)
        }
        defer { room.release(head.length, of: user) }
        let body = try connection.bytes(head.length, until: .now + Self.patience)
        let delivery = head.producer == "-" ? nil : (head.producer, head.sequence)
        return (answer(to: delivery, user, body), isLast: false)
    }

    private func answer(
        to delivery: (producer: String, sequence: Int)?, _ user: UInt32, _ body: [UInt8]
    ) -> IntakeFrame.Response {
        let submitted: SubmittedAlerts
        do throws(IngestionError) { submitted = try SubmittedAlerts(parsing: body) } catch {
            return Self.failure(400, error.description)
        }
        do throws(StorageError) {
            guard let delivery else { return Self.success(try core.ingest(submitted, by: "user \(user)")) }
            let outcomes = try core.ingest(
                submitted, by: "\(delivery.producer) of user \(user)", from: "\(user)/\(delivery.producer)",
                sequence: delivery.sequence)
            // A batch that was here before is answered as one without anything new.
            return Self.success(outcomes ?? [])
        } catch {
            failed("user \(user) 503: \(error)")
            return Self.failure(503, error.descriptionForClients)
        }
    }

    private static func success(_ outcomes: [IngestionOutcome]) -> IntakeFrame.Response {
        let code = IngestionOutcome.code(of: outcomes)
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("status", code)
            writer.member("results", array: { writer in for outcome in outcomes { writer.value(outcome) } })
        }
        return IntakeFrame.Response(status: code, body: writer.drain())
    }

    private static func failure(_ status: Int, _ why: String) -> IntakeFrame.Response {
        var writer = JSONWriter(pretty: false)
        writer.object { $0.member("error", why) }
        return IntakeFrame.Response(status: status, body: writer.drain())
    }
}
