private import CLinux
private import Glibc

/// A connection over the network that something is sent on, by TCP or UDP. Nothing waits past its deadline, but for the lookup of a name,
/// which the system's resolver bounds (resolv.conf(5)).
package struct OutgoingSocket: ~Copyable, Sendable {
    package enum Transport: Sendable, Hashable { case tcp, udp }

    private let descriptor: FileDescriptor
    /// `host:port`, for errors.
    private let subject: String

    /// Connects to the first of the host's addresses that answers.
    package init(
        _ transport: Transport, to host: String, port: Int, until deadline: ContinuousClock.Instant
    ) throws(SystemError) {
        subject = "\(host):\(port)"
        var hints = addrinfo()
        hints.ai_socktype = Int32((transport == .tcp ? SOCK_STREAM : SOCK_DGRAM).rawValue)
        hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: the list is freed once, below, and not used afterwards.
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let list else {
            throw SystemError("look up", host, code: .notFound)
        }
        defer { freeaddrinfo(list) }
        var failure = SystemError("connect", subject, code: .notFound)
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next?.pointee {
            do throws(SystemError) {
                descriptor = try Self.connect(entry, subject, until: deadline)
                return
            } catch { failure = error }
            next = entry.ai_next
        }
        throw failure
    }

    private static func connect(
        _ entry: addrinfo, _ subject: String, until deadline: ContinuousClock.Instant
    ) throws(SystemError) -> FileDescriptor {
        let kind = entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let file = FileDescriptor(
            owning: try systemCall("open socket", on: subject) { socket(entry.ai_family, kind, entry.ai_protocol) })
        let number = file.number
        do throws(SystemError) {
            try systemCall("connect", on: subject) { Glibc.connect(number, entry.ai_addr, entry.ai_addrlen) }
        } catch  where error.code == .other(number: EINPROGRESS) {
            guard try wait(for: .writing, of: number, until: deadline) else {
                throw SystemError("connect", subject, code: .timedOut)
            }
            var (status, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            try systemCall("connect", on: subject) { getsockopt(number, SOL_SOCKET, SO_ERROR, &status, &size) }
            guard status == 0 else { throw SystemError("connect", subject, errorNumber: status) }
        }
        return file
    }

    /// Sends all of it: as one datagram, or as the next bytes of the stream.
    package func send(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) throws(SystemError) {
        let number = descriptor.number
        var sent = 0
        while sent < bytes.count {
            do throws(SystemError) {
                sent += try systemCall("send", on: subject) {
                    // SAFETY: no more than what is left of the array is read.
                    bytes.withUnsafeBytes {
                        Glibc.send(number, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                    }
                }
            } catch  where error.code == .wouldBlock {
                guard try wait(for: .writing, of: number, until: deadline) else {
                    throw SystemError("send", subject, code: .timedOut)
                }
            }
        }
    }

    /// Says that nothing more comes and waits until the other side has closed too: what it has read by then is not lost by closing.
    package func finish(until deadline: ContinuousClock.Instant) throws(SystemError) {
        let number = descriptor.number
        try systemCall("shut down", on: subject) { shutdown(number, Int32(SHUT_WR)) }
        var rest = [UInt8](repeating: 0, count: 512)
        while try wait(for: .reading, of: number, until: deadline) {
            let count = try systemCall("receive", on: subject) { recv(number, &rest, rest.count, 0) }
            if count == 0 { return }
        }
    }

    /// Whether the other side has closed the connection, as far as is known by now.
    package var isClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(descriptor.number, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
    }
}
