internal import CLinux
internal import CMicroHTTPD
internal import Glibc
internal import LinuxSystem
private import Synchronization

/// The connections of one listener, and what the library calls for them. All of its calls come from one thread.
final class HTTPTraffic: Sendable {
    let handler: any HTTPHandling
    let limits: HTTPLimits
    let workers: HTTPWorkers
    /// Bytes of bodies in memory.
    private let bodyBytes = Mutex(0)
    private let table = Mutex<[ObjectIdentifier: HTTPConnection]>([:])
    private let clients = Mutex<[HTTPClientAddress: Int]>([:])
    private let wake: SharedDescriptor
    private let waker: Mutex<SharedDescriptor?>

    init(handler: any HTTPHandling, limits: HTTPLimits) throws(HTTPServerError) {
        self.handler = handler
        self.limits = limits
        workers = try HTTPWorkers(count: limits.workers, queue: limits.queue)
        do throws(SystemError) {
            let pipe = try SharedDescriptor.pipe()
            wake = pipe.reading
            waker = Mutex(pipe.writing)
            try OwnThread { [weak self, wake = pipe.reading] in
                var entries = [PollEntry(wake.pollNumber)]
                // Ends when the other end of the pipe is closed; an error here is one of this program.
                while (try? poll(&entries, until: .now + .milliseconds(500))) == false {
                    guard let self else { return }
                    self.endSlowConnections()
                }
            }.detach()
        } catch { throw HTTPServerError("no clock for connections: \(error)") }
    }

    func close() {
        workers.close()
        waker.withLock { $0 = nil }
    }

    /// Whether so many more bytes of a body may be kept.
    func reserve(_ count: Int) -> Bool {
        bodyBytes.withLock { bytes in
            guard bytes + count <= limits.bodies else { return false }
            bytes += count
            return true
        }
    }

    func release(_ count: Int) { bodyBytes.withLock { $0 -= count } }

    private func endSlowConnections() {
        let now = ContinuousClock.now
        table.withLock { table in
            for connection in table.values where connection.isOverdue(at: now) { connection.shutDown() }
        }
    }
}

/// One connection, from its being accepted to its being closed.
final class HTTPConnection: Sendable {
    let client: HTTPClientAddress
    private let socket: Int32
    private let deadline: Mutex<ContinuousClock.Instant?>

    init(socket: Int32, patience: Duration) {
        self.socket = socket
        deadline = Mutex(.now + patience)
        var (pid, user, group): (Int32, UInt32, UInt32) = (0, 0, 0)
        if let address = InternetSocket.peer(of: socket) ?? nil {
            client = .address(address)
        } else if bailey_peer_credentials(socket, &pid, &user, &group) == 0 {
            client = .user(user)
        } else {
            client = .unknown
        }
    }

    /// Until when what is being waited for has to be there; nil while this side is the one that is waited for.
    func expect(by instant: ContinuousClock.Instant?) { deadline.withLock { $0 = instant } }

    func isOverdue(at now: ContinuousClock.Instant) -> Bool { deadline.withLock { $0.map { $0 < now } ?? false } }

    /// Answers what is no request of HTTP/1.1, and ends it.
    func refuseOtherProtocols(_ handler: any HTTPHandling) {
        let status: Int
        switch RequestStart.form(on: socket) {
        case .request: return
        case .otherVersion: status = 505
        case .tooMuch: status = 431
        case .other: status = 400
        }
        let answer = handler.refusal(status, HTTPRequestHead(method: "", path: "", client: client)).lastBytes
        // Where it does not fit at once nobody reads it. What was sent is taken, so that it does not reset the connection before the answer
        // is read.
        _ = send(socket, answer, answer.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        var sent = [UInt8](repeating: 0, count: 64 << 10)
        _ = recv(socket, &sent, sent.count, Int32(MSG_DONTWAIT))
        shutDown()
    }

    /// The library notices and closes it. Called only while the connection is in the table, so that the number is still its own.
    func shutDown() { shutdown(socket, Int32(SHUT_RDWR)) }
}

extension HTTPTraffic {
    private static func traffic(_ context: UnsafeMutableRawPointer?) -> HTTPTraffic? {
        // SAFETY: the context of every callback is the listener's HTTPTraffic, which outlives its daemon.
        context.map { Unmanaged<HTTPTraffic>.fromOpaque($0).takeUnretainedValue() }
    }

    /// MHD_NotifyConnectionCallback: a connection was accepted, or is about to be closed (its descriptor is still open then).
    static func connectionChanged(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
        _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
    ) {
        guard let traffic = traffic(context), let slot else { return }
        if code.rawValue == bailey_mhd_started {
            let connection = HTTPConnection(
                socket: bailey_mhd_socket(connection), patience: traffic.limits.patience)
            slot.pointee = Unmanaged.passRetained(connection).toOpaque()
            traffic.table.withLock { $0[ObjectIdentifier(connection)] = connection }
            let count = traffic.clients.withLock { clients in
                clients[connection.client.counted, default: 0] += 1
                return clients[connection.client.counted] ?? 0
            }
            if count > traffic.limits.connectionsPerClient {
                connection.shutDown()
            } else {
                connection.refuseOtherProtocols(traffic.handler)
            }
        } else if let pointer = slot.pointee {
            // SAFETY: the slot holds what was retained above, and this is the last call for the connection.
            let connection = Unmanaged<HTTPConnection>.fromOpaque(pointer).takeRetainedValue()
            slot.pointee = nil
            _ = traffic.table.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
            traffic.clients.withLock { clients in
                let count = (clients[connection.client.counted] ?? 1) - 1
                clients[connection.client.counted] = count > 0 ? count : nil
            }
        }
    }

    /// The URI log callback: a request line is there. What is returned is the request's context from then on.
    static func begin(
        _ context: UnsafeMutableRawPointer?, _ uri: UnsafePointer<CChar>?, _ connection: OpaquePointer?
    ) -> UnsafeMutableRawPointer? {
        guard let traffic = traffic(context), let uri, let pointer = bailey_mhd_socket_context(connection) else {
            return nil
        }
        // SAFETY: the slot holds the HTTPConnection until the connection is closed, after this.
        let owner = Unmanaged<HTTPConnection>.fromOpaque(pointer).takeUnretainedValue()
        let exchange = HTTPExchange(target: String(cString: uri), connection: owner, traffic: traffic)
        return Unmanaged.passRetained(exchange).toOpaque()
    }

    /// MHD_AccessHandlerCallback.
    static func answer(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ method: UnsafePointer<CChar>?,
        _ data: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
        _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> MHD_Result {
        guard let connection, let size, let method, let pointer = slot?.pointee else { return .NO }
        // SAFETY: the slot holds the HTTPExchange that `begin` made, until `completed`.
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(pointer).takeUnretainedValue()
        // SAFETY: the library lends `size` bytes for the call.
        let bytes = UnsafeRawBufferPointer(start: data, count: size.pointee)
        size.pointee = 0
        return exchange.step(connection, method: method, bytes) ? .YES : .NO
    }

    /// MHD_RequestCompletedCallback: the response is sent, or the connection broke.
    static func completed(
        _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
        _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) {
        guard let pointer = slot?.pointee else { return }
        // SAFETY: what `begin` retained, and this is the last call for the request.
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(pointer).takeRetainedValue()
        slot?.pointee = nil
        exchange.end()
    }
}
