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
    private let connections = Monitor(0)

    /// Connections at once; more wait in the socket's queue.
    private static let connectionLimit = 64
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

    /// Takes the next producer, if one waits, and serves it on a thread of its own.
    package func acceptNext() throws(SystemError) {
        connections.wait { $0 < Self.connectionLimit ? () : nil }
        guard let connection = try listener.accept(until: .now) else { return }
        connections.change { $0 += 1 }
        do throws(SystemError) {
            try OwnThread { [self] in
                serve(connection)
                connections.change { $0 -= 1 }
            }.detach()
        } catch {
            connections.change { $0 -= 1 }
            throw error
        }
    }

    private func serve(_ connection: UnixConnection) {
        // A producer that goes away, or says what is no request, has its connection closed: there is nobody to tell.
        guard let user = try? connection.peer().user else { return }
        var buffered = BufferedConnection(connection)
        while let response = try? next(&buffered, user) {
            guard (try? connection.send(response.bytes, until: .now + Self.patience)) != nil, response.status != 413
            else { return }
        }
    }

    private func next(_ connection: inout BufferedConnection, _ user: UInt32) throws(SystemError) -> IntakeFrame
        .Response?
    {
        guard let line = try connection.line(until: .now + Self.patience) else { return nil }
        guard let head = IntakeFrame.request(line: line) else {
            return Self.failure(
                413, "no request: BATCH PRODUCER SEQUENCE LENGTH, the length at most \(IntakeFrame.bodyLimit)")
        }
        let body = try connection.bytes(head.length, until: .now + Self.patience)
        return answer(to: head.producer == "-" ? nil : ("\(user)/\(head.producer)", head.sequence), user, body)
    }

    private func answer(
        to delivery: (producer: String, sequence: Int)?, _ user: UInt32, _ body: [UInt8]
    ) -> IntakeFrame.Response {
        let submitted: SubmittedAlerts
        do throws(IngestionError) { submitted = try SubmittedAlerts(parsing: body) } catch {
            return Self.failure(400, error.description)
        }
        do throws(StorageError) {
            guard let delivery else { return Self.success(try core.ingest(submitted)) }
            // A batch that was here before is answered as one without anything new.
            return Self.success(try core.ingest(submitted, from: delivery.producer, sequence: delivery.sequence) ?? [])
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
