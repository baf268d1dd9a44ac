internal import CMicroHTTPD
internal import Glibc
internal import LinuxSystem
private import Synchronization

/// Where a server listens.
package enum HTTPAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address of this host; port 0 takes any that is free.
    case internet(address: String, port: UInt16)
    case unix(path: String, permissions: UInt16)

    package var description: String {
        switch self {
        case .internet(let address, let port): address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .unix(let path, _): "unix:\(path)"
        }
    }
}

/// An HTTP/1.1 server, by libmicrohttpd: one thread waits for all connections, `HTTPLimits.workers` answer. Whoever is slow holds a
/// connection and a buffer for `patience`, and no thread.
package final class HTTPListener: Sendable {
    /// Where it listens, with the port that was taken.
    package let address: HTTPAddress
    // SAFETY: the daemon is stopped once, in `stop`, which everything else of this class comes before.
    private nonisolated(unsafe) let daemon: OpaquePointer
    private let traffic: HTTPTraffic
    /// Owns the name of a Unix socket until `stop`; the library has a descriptor of its own.
    private let name: Mutex<ListeningUnixSocket?>
    private let isStopped = Monitor(false)

    package init(
        on address: HTTPAddress, limits: HTTPLimits = HTTPLimits(), handler: any HTTPHandling
    ) throws(HTTPServerError) {
        let (socket, name, bound) = try Self.listen(on: address)
        self.address = bound
        self.name = Mutex(name)
        do throws(HTTPServerError) {
            traffic = try HTTPTraffic(handler: handler, limits: limits)
        } catch {
            close(socket)
            throw error
        }
        var settings = bailey_mhd_settings()
        settings.context = Unmanaged.passUnretained(traffic).toOpaque()
        settings.listening_socket = socket
        settings.connection_limit = UInt32(limits.connections)
        settings.idle_seconds = UInt32(max(1, limits.patience / .seconds(1)))
        settings.memory_per_connection = limits.head
        settings.begin = { context, uri, connection in HTTPTraffic.begin(context, uri, connection) }
        settings.answer = { context, connection, _, method, _, data, size, slot in
            HTTPTraffic.answer(context, connection, method, data, size, slot)
        }
        settings.completed = { context, connection, slot, _ in HTTPTraffic.completed(context, connection, slot) }
        settings.connection_changed = { context, connection, slot, code in
            HTTPTraffic.connectionChanged(context, connection, slot, code)
        }
        // SAFETY: the library copies the settings; `traffic` outlives the daemon, which `stop` ends before letting go of it.
        guard let daemon = bailey_mhd_start(&settings) else {
            close(socket)
            traffic.close()
            throw HTTPServerError("libmicrohttpd did not start on \(bound)")
        }
        self.daemon = daemon
    }

    deinit { stop() }

    /// Takes no more connections, lets what is being answered be answered, and ends.
    package func stop() {
        guard
            isStopped.withLock({ wasStopped in
                defer { wasStopped = true }
                return !wasStopped
            })
        else { return }
        let socket = MHD_quiesce_daemon(daemon)
        if socket >= 0 { close(socket) }
        // Else whoever connects from now on would wait for an answer as long as this object is there.
        name.withLock { $0 = nil }
        // A connection that is suspended when the daemon stops would be an abort of the library's.
        traffic.close()
        MHD_stop_daemon(daemon)
    }

    private static func listen(
        on address: HTTPAddress
    ) throws(HTTPServerError) -> (socket: Int32, name: ListeningUnixSocket?, bound: HTTPAddress) {
        do throws(SystemError) {
            switch address {
            case .unix(let path, let permissions):
                let listener = try ListeningUnixSocket.listen(at: path, permissions: permissions)
                let number = listener.pollNumber
                let copy = try systemCall("duplicate", on: path) { fcntl(number, F_DUPFD_CLOEXEC, 3) }
                return (copy, listener, address)
            case .internet(let text, let port):
                let (socket, port) = try InternetSocket.listen(at: text, port: port)
                return (socket, nil, .internet(address: text, port: port))
            }
        } catch { throw HTTPServerError("cannot listen on \(address): \(error)") }
    }
}

/// Listening sockets of IP (ip(7), ipv6(7)).
enum InternetSocket {
    static func listen(at address: String, port: UInt16) throws(SystemError) -> (socket: Int32, port: UInt16) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        // SAFETY: getaddrinfo(3) allocates a list, which is freed once below.
        guard getaddrinfo(address, "\(port)", &hints, &found) == 0, let info = found?.pointee else {
            throw SystemError("listen", address, code: .invalid)
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = try systemCall("create socket") { socket(info.ai_family, kind, 0) }
        do throws(SystemError) {
            var yes: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            try systemCall("set option", on: address) { setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, size) }
            // Whoever connects and says nothing is not accepted before this is over (tcp(7)); see `RequestStart`.
            var silence: Int32 = 5
            try systemCall("set option", on: address) {
                setsockopt(number, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, &silence, size)
            }
            if info.ai_family == AF_INET6 {
                try systemCall("set option", on: address) {
                    setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
                }
            }
            try systemCall("bind", on: address) { bind(number, info.ai_addr, info.ai_addrlen) }
            try systemCall("listen", on: address) { Glibc.listen(number, 512) }
            return (number, try boundPort(of: number))
        } catch {
            close(number)
            throw error
        }
    }

    private static func boundPort(of number: Int32) throws(SystemError) -> UInt16 {
        try withName { (storage, size) throws(SystemError) in
            try systemCall("ask for", on: "the socket's port") { getsockname(number, storage, size) }
        } body: { storage in
            // SAFETY: the storage is as large as any address; both kinds have the port at the same place (ip(7), ipv6(7)).
            UInt16(bigEndian: UnsafeRawPointer(storage).load(as: sockaddr_in.self).sin_port)
        }
    }

    /// The other end's address; nil when it is none of IP, or has gone.
    static func peer(of number: Int32) -> String? {
        try? withName { (storage, size) throws(SystemError) in
            try systemCall("ask for", on: "the peer") { getpeername(number, storage, size) }
        } body: { storage in
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let size =
                storage.pointee.sa_family == UInt16(AF_INET6)
                ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
            guard [UInt16(AF_INET), UInt16(AF_INET6)].contains(storage.pointee.sa_family),
                getnameinfo(storage, socklen_t(size), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            else { return nil }
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    private static func withName<Value>(
        _ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws(SystemError) -> Void,
        body: (UnsafePointer<sockaddr>) -> Value
    ) throws(SystemError) -> Value {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var failure: SystemError?
        // SAFETY: sockaddr_storage has room for and the alignment of every address (sockaddr(3type)).
        let value = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Value? in
                do throws(SystemError) {
                    try fill(address, &size)
                    return body(address)
                } catch {
                    failure = error
                    return nil
                }
            }
        }
        guard let value else { throw failure ?? SystemError("ask for", "an address", code: .invalid) }
        return value
    }
}
