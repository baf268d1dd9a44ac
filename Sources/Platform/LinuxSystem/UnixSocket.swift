private import CLinux
private import Glibc

/// A Unix stream socket that clients connect to (unix(7)).
package final class ListeningUnixSocket: Sendable {
    private let descriptor: FileDescriptor
    /// Where it is bound; empty when it was inherited.
    package let path: String
    /// Whether the name is ours to remove.
    private let ownsName: Bool

    private init(owning descriptor: consuming FileDescriptor, path: String, ownsName: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.ownsName = ownsName
    }

    deinit { if ownsName { unlink(path) } }

    /// Binds `path` with `permissions`. What a killed process left there is removed when it is a socket that nobody listens on; anything
    /// else in the way is an error. The directory is to be writable by the caller's user alone: names are checked and used in two steps.
    package static func listen(
        at path: String, permissions: UInt16, backlog: Int32 = 128
    ) throws(SystemError) -> ListeningUnixSocket {
        let socket = FileDescriptor(owning: try systemCall("create socket") { bailey_unix_socket() })
        let number = socket.number
        // The name is created with the mode of the socket itself: nobody but our user connects before the permissions stand.
        try systemCall("set permissions", on: path) { fchmod(number, 0o600) }
        do throws(SystemError) {
            try systemCall("bind", on: path) { bailey_unix_bind(number, path) }
        } catch  where error.code == .other(number: EADDRINUSE) {
            try removeStale(path)
            try systemCall("bind", on: path) { bailey_unix_bind(number, path) }
        }
        let listener = ListeningUnixSocket(owning: socket, path: path, ownsName: true)
        try systemCall("listen", on: path) { Glibc.listen(number, backlog) }
        try systemCall("set permissions", on: path) { chmod(path, mode_t(permissions)) }
        return listener
    }

    private static func removeStale(_ path: String) throws(SystemError) {
        var status = stat()
        try systemCall("stat", on: path) { lstat(path, &status) }
        guard FileMetadata(status).kind == .socket else { throw SystemError("bind", path, code: .exists) }
        let probe = FileDescriptor(owning: try systemCall("create socket") { bailey_unix_socket() })
        let number = probe.number
        do throws(SystemError) {
            try systemCall("connect", on: path) { bailey_unix_connect(number, path) }
        } catch  where error.code == .other(number: ECONNREFUSED) {
            try systemCall("unlink", on: path) { unlink(path) }
            return
        } catch  where error.code == .wouldBlock {
            // Its queue is full: somebody listens, slowly.
        }
        throw SystemError("bind", path, code: .exists)
    }

    /// The sockets that systemd opened for this process (sd_listen_fds(3)); empty when it opened none, or opened them for another
    /// process. Whatever else was handed over is an error.
    package static func inherited(
        environment: (String) -> String? = CurrentProcess.environment
    ) throws(SystemError) -> [ListeningUnixSocket] {
        guard let process = environment("LISTEN_PID"), Int32(process) == getpid(),
            let count = environment("LISTEN_FDS").flatMap(Int32.init), count > 0
        else { return [] }
        guard count <= 16 else { throw SystemError("inherit", "\(count) sockets", code: .tooLarge) }
        var listeners: [ListeningUnixSocket] = []
        for number in 3..<(3 + count) {
            let isListener = try systemCall("inherit", on: "descriptor \(number)") { bailey_adopt_listener(number) }
            guard isListener == 1 else { throw SystemError("inherit", "descriptor \(number)", code: .invalid) }
            listeners.append(ListeningUnixSocket(owning: FileDescriptor(owning: number), path: "", ownsName: false))
        }
        return listeners
    }

    /// The next client; nil when none came before the deadline. A client that gave up while it waited in the queue is passed over.
    package func accept(until deadline: ContinuousClock.Instant?) throws(SystemError) -> UnixConnection? {
        let number = descriptor.number
        while try wait(for: .reading, of: number, until: deadline) {
            do throws(SystemError) {
                let accepted = try systemCall("accept", on: path) { bailey_unix_accept(number) }
                return UnixConnection(owning: FileDescriptor(owning: accepted))
            } catch  where error.code == .wouldBlock || error.code == .other(number: ECONNABORTED) {
                continue
            }
        }
        return nil
    }

    /// For an event loop: becomes readable when a client waits.
    package var pollNumber: Int32 { descriptor.number }
}

/// One end of a Unix stream connection. Descriptors can be sent along with bytes (SCM_RIGHTS). Nothing waits past its deadline.
package final class UnixConnection: Sendable {
    private let descriptor: FileDescriptor

    init(owning descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Connects to the socket at `path`. A listener whose queue is full is tried again until the deadline.
    package static func connect(
        to path: String, until deadline: ContinuousClock.Instant
    ) throws(SystemError) -> UnixConnection {
        let socket = FileDescriptor(owning: try systemCall("create socket") { bailey_unix_socket() })
        let number = socket.number
        while true {
            do throws(SystemError) {
                try systemCall("connect", on: path) { bailey_unix_connect(number, path) }
                return UnixConnection(owning: socket)
            } catch  where error.code == .wouldBlock {
                guard deadline > .now else { throw SystemError("connect", path, code: .timedOut) }
                // There is no event for room in a Unix listener's queue.
                usleep(2_000)
            }
        }
    }

    /// Two ends that are connected with each other.
    package static func pair() throws(SystemError) -> (UnixConnection, UnixConnection) {
        var ends: [Int32] = [-1, -1]
        try systemCall("create socket pair") { bailey_socket_pair(&ends) }
        return (
            UnixConnection(owning: FileDescriptor(owning: ends[0])),
            UnixConnection(owning: FileDescriptor(owning: ends[1]))
        )
    }

    /// The most descriptors that go along with one message.
    package static var descriptorLimit: Int { Int(bailey_descriptor_limit) }

    /// Sends all of `bytes`; the descriptors go with the first of them, so there has to be one.
    package func send(
        _ bytes: [UInt8], descriptors: [SharedDescriptor] = [], until deadline: ContinuousClock.Instant
    ) throws(SystemError) {
        precondition(descriptors.isEmpty || !bytes.isEmpty, "descriptors travel with a byte (unix(7))")
        var numbers = descriptors.map(\.number)
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = try sendAvailable(rest, numbers: numbers)
            if sent > 0 {
                rest = rest.dropFirst(sent)
                numbers = []
            } else if try !wait(for: .writing, of: descriptor.number, until: deadline) {
                throw SystemError("send", "socket", code: .timedOut)
            }
        }
        // The array is what keeps them open until they are sent.
        withExtendedLifetime(descriptors) {}
    }

    /// Sends what the kernel takes now, without waiting: the number of bytes, 0 when the reader is behind.
    package func sendAvailable(
        _ bytes: ArraySlice<UInt8>, descriptors: [SharedDescriptor] = []
    ) throws(SystemError) -> Int {
        try withExtendedLifetime(descriptors) { () throws(SystemError) in
            try sendAvailable(bytes, numbers: descriptors.map(\.number))
        }
    }

    private func sendAvailable(_ bytes: ArraySlice<UInt8>, numbers: [Int32]) throws(SystemError) -> Int {
        let number = descriptor.number
        do throws(SystemError) {
            return try systemCall("send", on: "socket") {
                // SAFETY: the kernel reads at most the slice's count, and as many descriptors as there are.
                bytes.withUnsafeBytes {
                    bailey_send(number, $0.baseAddress, $0.count, numbers, Int32(clamping: numbers.count))
                }
            }
        } catch  where error.code == .wouldBlock {
            return 0
        }
    }

    /// What arrived with one read.
    package struct Received: Sendable {
        /// Empty when the other end has closed.
        package var bytes: [UInt8]
        package var descriptors: [SharedDescriptor]
    }

    /// Waits for something to arrive. More descriptors than allowed close them all and are an error (`E2BIG`); nothing by the deadline is
    /// the error `.timedOut`.
    package func receive(
        atMost limit: Int, descriptors descriptorLimit: Int = 0, until deadline: ContinuousClock.Instant?
    ) throws(SystemError) -> Received {
        while true {
            if let received = try receiveAvailable(atMost: limit, descriptors: descriptorLimit) { return received }
            guard try wait(for: .reading, of: descriptor.number, until: deadline) else {
                throw SystemError("receive", "socket", code: .timedOut)
            }
        }
    }

    /// What has arrived already; nil when nothing has.
    package func receiveAvailable(
        atMost limit: Int, descriptors descriptorLimit: Int = 0
    ) throws(SystemError) -> Received? {
        precondition(limit > 0, "no room would look like the end")
        let capacity = min(descriptorLimit, Self.descriptorLimit)
        var numbers = [Int32](repeating: -1, count: Self.descriptorLimit)
        var count: Int32 = 0
        let number = descriptor.number
        var failure: SystemError?
        // Room that nothing arrives in is neither cleared nor touched.
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, size in
            do throws(SystemError) {
                size = try systemCall("receive", on: "socket") {
                    // SAFETY: the kernel writes at most the buffer's count, as many bytes as it returns, and at most `capacity` numbers.
                    bailey_receive(number, buffer.baseAddress, limit, &numbers, Int32(capacity), &count)
                }
            } catch {
                failure = error
            }
        }
        if let failure {
            if failure.code == .wouldBlock { return nil }
            throw failure
        }
        return Received(bytes: bytes, descriptors: numbers.prefix(Int(count)).map { SharedDescriptor(owning: $0) })
    }

    /// Says that nothing more will be sent; the other end reads the end.
    package func finishSending() throws(SystemError) {
        let number = descriptor.number
        try systemCall("shut down", on: "socket") { shutdown(number, Int32(SHUT_WR)) }
    }

    /// Who is at the other end, as the kernel noted it.
    package func peer() throws(SystemError) -> PeerCredentials { try PeerCredentials(socket: descriptor.number) }

    /// The user alone of who is at the other end; of a listener, of who began to listen (unix(7)).
    package func peerUser() throws(SystemError) -> UInt32 {
        var (pid, user, group): (Int32, UInt32, UInt32) = (0, 0, 0)
        let number = descriptor.number
        try systemCall("ask for the peer's user") { bailey_peer_credentials(number, &pid, &user, &group) }
        return user
    }

    /// For an event loop.
    package var pollNumber: Int32 { descriptor.number }
}
