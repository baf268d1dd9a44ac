private import CMnl
private import Glibc
package import LinuxSystem

/// Which kernel subsystem a netlink socket talks to (netlink(7)).
package enum NetlinkFamily: Int32, Sendable {
    case route = 0
    case socketDiagnostics = 4
    case audit = 9
    case netfilter = 12
}

/// A netlink socket of libmnl, bound to the network namespace of the thread that opened it, whichever thread uses it later.
package struct NetlinkSocket: ~Copyable {
    private let handle: OpaquePointer
    private var sequence: UInt32 = 0
    /// One datagram of a dump. The kernel makes them as large as the largest buffer it has seen, 32 KiB at most (af_netlink.c).
    private let buffer: UnsafeMutableRawBufferPointer

    private init(owning handle: OpaquePointer) {
        self.handle = handle
        buffer = .allocate(byteCount: 64 << 10, alignment: 8)
    }

    /// Opens a socket to `family` in the network namespace of the calling thread.
    package static func open(_ family: NetlinkFamily) throws(SystemError) -> NetlinkSocket {
        guard let handle = mnl_socket_open2(family.rawValue, Int32(SOCK_CLOEXEC.rawValue)) else {
            throw SystemError("open netlink socket", "\(family)", errorNumber: errno)
        }
        let socket = NetlinkSocket(owning: handle)
        try systemCall("bind netlink socket") { mnl_socket_bind(handle, 0, 0) }
        // The kernel answers a dump at once; a socket that stays silent for this long is a fault, not a slow answer.
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        let number = mnl_socket_get_fd(handle)
        try systemCall("set timeout") {
            setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        return socket
    }

    deinit {
        mnl_socket_close(handle)
        buffer.deallocate()
    }

    /// How a dump ended that was not refused.
    package enum Completeness: Sendable, Hashable {
        case whole
        /// The table changed during the dump (`NLM_F_DUMP_INTR`): take it again.
        case interrupted
    }

    /// Sends a dump request and calls `body` with every message of the answer.
    package mutating func dump(
        _ what: String, _ makeRequest: (_ sequence: UInt32) -> [UInt8],
        _ body: (_ type: UInt16, _ payload: UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) -> Completeness {
        sequence += 1
        let request = makeRequest(sequence)
        let handle = handle
        // SAFETY: the request outlives the call, and its own count is its length.
        try systemCall("ask the kernel for", on: what) { mnl_socket_sendto(handle, request, request.count) }
        var isInterrupted = false
        while true {
            let buffer = buffer
            let count = try systemCall("read", on: what) {
                // SAFETY: the kernel writes at most the buffer's size; libmnl turns a cut datagram into ENOSPC.
                mnl_socket_recvfrom(handle, buffer.baseAddress, buffer.count)
            }
            let datagram = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            switch walkMessages(datagram, sequence: sequence, isInterrupted: &isInterrupted, body) {
            case .more: continue
            case .done: return isInterrupted ? .interrupted : .whole
            case .failed(let number): throw SystemError("read", what, errorNumber: number)
            case .malformed: throw SystemError("read", what, errorNumber: EPROTO)
            }
        }
    }
}
