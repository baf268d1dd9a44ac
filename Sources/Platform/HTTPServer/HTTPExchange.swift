internal import CMicroHTTPD
internal import LinuxSystem
private import Synchronization

/// One request and its response. All but `response` is touched by the library's thread alone.
final class HTTPExchange: @unchecked Sendable {
    // @unchecked: `step` and `end` are called by one thread, one after the other; the worker's answer goes through `response`.
    private enum Phase {
        case head
        case reading(limit: Int, answer: @Sendable ([UInt8]) -> HTTPResponse)
        /// What is still to come is thrown away, so that a client that only reads once it has sent all gets its answer.
        case discarding(HTTPResponse, left: Int)
        case waiting
        case answered
    }

    private let target: String
    private let connection: HTTPConnection
    private let traffic: HTTPTraffic
    private var phase = Phase.head
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var reserved = 0
    private let response = Mutex<HTTPResponse?>(nil)

    /// The most that is read of a body that is not wanted.
    private static let discardLimit = 64 << 20
    /// The slowest reader that is waited for, in bytes a second.
    private static let slowest = 64 << 10

    init(target: String, connection: HTTPConnection, traffic: HTTPTraffic) {
        self.target = target
        self.connection = connection
        self.traffic = traffic
    }

    /// Takes the next piece of the request. Without one it is the head that has come, the end, or the answer.
    /// - Returns: false to break the connection.
    func step(_ handle: OpaquePointer, method: UnsafePointer<CChar>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch phase {
        case .head: return begin(handle, method: String(cString: method))
        case .reading(let limit, let answer):
            if bytes.isEmpty { return wait(handle, for: answer) }
            take(bytes, limit: limit)
            return true
        case .discarding(let response, let left):
            if bytes.isEmpty { return send(response, handle) }
            phase = .discarding(response, left: left - bytes.count)
            return left >= bytes.count
        case .waiting:
            return response.withLock { $0.take() }.map { send($0, handle) } ?? true
        case .answered: return true
        }
    }

    /// The request is over, answered or not.
    func end() {
        traffic.release(reserved)
        reserved = 0
        connection.expect(by: .now + traffic.limits.patience)
    }

    private func begin(_ handle: OpaquePointer, method: String) -> Bool {
        let client = connection.client
        guard
            let head = HTTPRequestHead(method: method, target: target, fields: Self.fields(of: handle), client: client)
        else {
            let none = HTTPRequestHead(method: method, path: "", client: client)
            return send(traffic.handler.refusal(400, none), handle)
        }
        self.head = head
        let declared = head.value(of: "content-length").flatMap(Int.init)
        switch traffic.handler.admit(head) {
        case .refuse(let response): return refuse(response, head, handle)
        case .read(let limit, _) where declared ?? 0 > limit:
            return refuse(traffic.handler.refusal(413, head), head, handle)
        case .read(let limit, let answer):
            if let declared { body.reserveCapacity(min(declared, 1 << 20)) }
            phase = .reading(limit: limit, answer: answer)
        }
        return true
    }

    private func refuse(_ response: HTTPResponse, _ head: HTTPRequestHead, _ handle: OpaquePointer) -> Bool {
        // Who asks before it sends has sent nothing, and needs not (RFC 9110 §10.1.1). Where a body ends that is told in two ways, or in one
        // that is not known, nobody can say: the library closes the connection behind what is answered before the body.
        if !head.values(of: "expect").isEmpty || !head.tellsLengthOnce { return send(response, handle) }
        phase = .discarding(response, left: Self.discardLimit)
        return true
    }

    private func take(_ bytes: UnsafeRawBufferPointer, limit: Int) {
        guard let head else { return }
        guard body.count + bytes.count <= limit else {
            return giveUp(traffic.handler.refusal(413, head))
        }
        guard traffic.reserve(bytes.count) else { return giveUp(traffic.handler.refusal(503, head)) }
        reserved += bytes.count
        body.append(contentsOf: bytes)
    }

    private func giveUp(_ response: HTTPResponse) {
        body = []
        phase = .discarding(response, left: Self.discardLimit)
    }

    private func wait(_ handle: OpaquePointer, for answer: @escaping @Sendable ([UInt8]) -> HTTPResponse) -> Bool {
        phase = .waiting
        connection.expect(by: nil)
        MHD_suspend_connection(handle)
        let body = body
        self.body = []
        // SAFETY: a suspended connection stays until it is resumed, which happens once, here or below.
        nonisolated(unsafe) let suspended = handle
        let isTaken = traffic.workers.submit { [self] in
            let answered = answer(body)
            response.withLock { $0 = answered }
            MHD_resume_connection(suspended)
        }
        if !isTaken, let head {
            response.withLock { $0 = traffic.handler.refusal(503, head) }
            MHD_resume_connection(handle)
        }
        return true
    }

    private func send(_ answer: HTTPResponse, _ handle: OpaquePointer) -> Bool {
        phase = .answered
        connection.expect(by: .now + traffic.limits.patience + .seconds(answer.body.count / Self.slowest))
        // SAFETY: the library copies the bytes; the response is destroyed once, after it was queued.
        guard let made = bailey_mhd_response(answer.body.count, answer.body) else { return false }
        defer { MHD_destroy_response(made) }
        for (name, value) in answer.fields {
            // Handed over as an argument each would be copied to the heap first.
            let isAdded = name.withCString { name in
                value.withCString { MHD_add_response_header(made, name, $0) == .YES }
            }
            guard isAdded else { return false }
        }
        return MHD_queue_response(handle, UInt32(answer.status), made) == .YES
    }

    private static func fields(of handle: OpaquePointer) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &fields) { pointer in
            // SAFETY: the pointer is used during the call alone, by this thread; names and values have the lengths that are told.
            _ = MHD_get_connection_values_n(
                handle, .HEADER_KIND,
                { context, _, name, nameSize, value, valueSize in
                    func text(_ start: UnsafePointer<CChar>?, _ size: Int) -> String {
                        String(decoding: UnsafeRawBufferPointer(start: start, count: size), as: UTF8.self)
                    }
                    context?.assumingMemoryBound(to: [(name: String, value: String)].self).pointee.append(
                        (text(name, nameSize), text(value, value == nil ? 0 : valueSize)))
                    return .YES
                }, pointer)
        }
        return fields
    }
}
