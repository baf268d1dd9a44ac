import Foundation
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

/// Answers with what it was asked, after it was let go on.
private struct Echo: HTTPHandling {
    var limit = 1 << 20
    var gate = Monitor(true)
    var arrived = Monitor(0)

    func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
        if head.path == "/refused" { return .refuse(HTTPResponse(status: 403, body: Array("no".utf8))) }
        return .read(limit: limit) { body in
            arrived.change { $0 += 1 }
            gate.wait { $0 ? () : nil }
            let line = "\(head.method) \(head.path) \(head.query ?? "-") "
            let echoed: [UInt8] = Array(line.utf8) + body
            return HTTPResponse(status: 200, fields: [("X-Client", head.client.description)], body: echoed)
        }
    }

    func refusal(_ status: Int, _ head: HTTPRequestHead) -> HTTPResponse {
        HTTPResponse(status: status, body: Array("refused \(status)".utf8))
    }
}

/// Over a Unix socket, where a test holds both ends of every byte.
@Suite struct HTTPListenerTests {
    let tree: TemporaryTree
    private var path: String { "\(tree.path)/http.sock" }

    init() throws { tree = try TemporaryTree() }

    private func listen(_ handler: Echo = Echo(), _ limits: HTTPLimits = HTTPLimits()) throws -> HTTPListener {
        try HTTPListener(on: .unix(path: path, permissions: 0o600), limits: limits, handler: handler)
    }

    private func connect() throws -> UnixConnection { try UnixConnection.connect(to: path, until: .now + .patience) }

    /// All that comes until the other end closes.
    private func rest(of connection: UnixConnection) throws -> String {
        var bytes: [UInt8] = []
        while true {
            guard let piece = try piece(of: connection), !piece.isEmpty else { break }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil when the other end has reset the connection.
    private func piece(of connection: UnixConnection) throws -> [UInt8]? {
        do throws(SystemError) {
            return try connection.receive(atMost: 64 << 10, until: .now + .patience).bytes
        } catch {
            guard error.code == .connectionReset else { throw error }
            return nil
        }
    }

    private func exchange(_ text: String) throws -> String {
        let connection = try connect()
        try connection.send(Array(text.utf8), until: .now + .patience)
        return try rest(of: connection)
    }

    @Test("A request is handed on as it was sent, escapes and all, with who is at the other end")
    func request() throws {
        let listener = try listen()
        defer { listener.stop() }
        let answer = try exchange(
            "POST /a%2Fb?x=%20 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
        #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("POST /a%2Fb x=%20 abc"))
        #expect(answer.contains("X-Client: uid \(CurrentProcess.effectiveUserID)\r\n"))
    }

    @Test("A body in chunks is put together")
    func chunks() throws {
        let listener = try listen()
        defer { listener.stop() }
        let answer = try exchange(
            "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        #expect(answer.hasSuffix("POST / - abcde"))
    }

    @Test("One connection carries requests one after the other, sent at once or not")
    func keptAlive() throws {
        let listener = try listen()
        defer { listener.stop() }
        let one = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
        let answer = try exchange(one + one + "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.components(separatedBy: "HTTP/1.1 200 ").count == 4)
        #expect(answer.hasSuffix("GET /2 - "))
    }

    @Test("A body that is too large is refused, told or not, and the client reads why")
    func tooLarge() throws {
        let listener = try listen(Echo(limit: 10))
        defer { listener.stop() }
        let body = String(repeating: "x", count: 1 << 20)
        for head in ["Content-Length: \(body.utf8.count)\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n100000\r\n"] {
            let tail = head.contains("chunked") ? "\r\n0\r\n\r\n" : ""
            let answer = try exchange("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(head)\(body)\(tail)")
            #expect(answer.hasSuffix("refused 413"), "\(answer.prefix(200))")
        }
    }

    @Test("Who asks before it sends is told at once that it need not")
    func expectation() throws {
        let listener = try listen()
        defer { listener.stop() }
        let answer = try exchange(
            "POST /refused HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 403 ") && !answer.contains("100 Continue"))
    }

    @Test("Bodies that together are more than there is room for are refused, and the next is taken when they are gone")
    func memory() throws {
        var limits = HTTPLimits()
        limits.bodies = 150_000
        let handler = Echo()
        handler.gate.change { $0 = false }
        let listener = try listen(handler, limits)
        defer { listener.stop() }
        let text =
            "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
            + String(repeating: "x", count: 100_000)
        let first = try connect()
        try first.send(Array(text.utf8), until: .now + .patience)
        handler.arrived.wait { $0 == 1 ? () : nil }
        let second = try connect()
        try second.send(Array(text.utf8), until: .now + .patience)
        #expect(try rest(of: second).hasPrefix("HTTP/1.1 503 "))
        handler.gate.change { $0 = true }
        #expect(try rest(of: first).hasPrefix("HTTP/1.1 200 "))
        #expect(try exchange(text).hasPrefix("HTTP/1.1 200 "))
    }

    @Test("A client that sends a byte now and then is let go of when its time is up, and others are answered meanwhile")
    func slow() throws {
        var limits = HTTPLimits()
        limits.patience = .seconds(1)
        limits.workers = 1
        let listener = try listen(Echo(), limits)
        defer { listener.stop() }
        let slow = try (0..<20).map { _ in try connect() }
        for (index, connection) in slow.enumerated() {
            let text = [
                "", "GE", "GET / HTTP/1.1\r\nHost: x\r\nX",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
            ][index % 4]
            if !text.isEmpty { try connection.send(Array(text.utf8), until: .now + .patience) }
        }
        #expect(try exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        // Each ends by itself: reading to the end returns.
        for connection in slow { #expect(try !rest(of: connection).hasPrefix("HTTP/1.1 200 ")) }
    }

    @Test("More connections of one client than it may have are closed, and the others stay")
    func manyConnections() throws {
        var limits = HTTPLimits()
        limits.connectionsPerClient = 3
        let listener = try listen(Echo(), limits)
        defer { listener.stop() }
        let kept = try (0..<3).map { _ in try connect() }
        for connection in kept {
            try connection.send(Array("GET /k HTTP/1.1\r\nHost: x\r\n\r\n".utf8), until: .now + .patience)
            #expect(try !connection.receive(atMost: 10, until: .now + .patience).bytes.isEmpty)
        }
        #expect(try rest(of: try connect()).isEmpty)
    }

    @Test(
        "What is no request is answered with an error or the end of the connection, and the next is answered",
        arguments: [
            "\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "X: y\r\n", count: 20_000))\r\n",
        ])
    func garbage(text: String) throws {
        var limits = HTTPLimits()
        limits.patience = .seconds(2)
        let listener = try listen(Echo(), limits)
        defer { listener.stop() }
        let connection = try connect()
        // It may be closed before all of it is sent.
        try? connection.send(Array(text.utf8), until: .now + .patience)
        try? connection.finishSending()
        let answer = try rest(of: connection)
        #expect(
            answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5")
                || answer.hasPrefix("HTTP/1.0 4"), "\(answer.prefix(100))")
        #expect(try exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
    }

    @Test("Fifty clients at once are all answered, by fewer threads")
    func manyClients() throws {
        var limits = HTTPLimits()
        limits.workers = 4
        let listener = try listen(Echo(), limits)
        defer { listener.stop() }
        let answered = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 50) { _ in
            for _ in 0..<20 {
                let answer = try? exchange(
                    "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi")
                if answer?.hasSuffix("POST / - hi") == true { answered.add(1, ordering: .relaxed) }
            }
        }
        #expect(answered.load(ordering: .relaxed) == 1_000)
    }

    @Test("Addresses of this host are listened on, with a port that was free, and one that is taken is told")
    func addresses() throws {
        for address in ["127.0.0.1", "::1"] {
            let listener = try HTTPListener(on: .internet(address: address, port: 0), handler: Echo())
            defer { listener.stop() }
            guard case .internet(address, let port) = listener.address else {
                Issue.record("\(listener.address)")
                continue
            }
            #expect(port > 0)
            let error = #expect(throws: HTTPServerError.self) {
                try HTTPListener(on: .internet(address: address, port: port), handler: Echo())
            }
            #expect(error?.description.contains("Address already in use") == true)
        }
    }

    @Test("Stopped while it answers, it answers, and then nobody any more")
    func stopped() throws {
        let handler = Echo()
        handler.gate.change { $0 = false }
        let listener = try listen(handler)
        let connection = try connect()
        try connection.send(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), until: .now + .patience)
        // One that is not accepted by then never is.
        handler.arrived.wait { $0 > 0 ? () : nil }
        let stopping = try OwnThread { listener.stop() }
        handler.gate.change { $0 = true }
        stopping.join()
        _ = try rest(of: connection)
        #expect(throws: SystemError.self) { try exchange("GET / HTTP/1.1\r\n\r\n") }
    }
}
