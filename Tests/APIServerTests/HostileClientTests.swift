import Foundation
import JSON
import TestSupport
import Testing

/// What clients send that no library would: each is answered in the API's own form with what is wrong, or let go of, and the next client is
/// served as if nothing had been.
@Suite(.patience) struct HostileClientTests {
    let core: RunningCore
    let token: String

    init() throws {
        core = try RunningCore()
        token = try core.token()
    }

    private func head(_ line: String, _ fields: String = "") -> String {
        "\(line)\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\(fields)"
    }

    private func post(_ fields: String, _ body: String) -> String {
        head("POST /api/alerts HTTP/1.1", "Content-Type: application/json\r\n\(fields)\r\n\(body)")
    }

    /// The statuses of all answers in what came.
    private func statuses(_ text: String) -> [Int] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    /// That it is one answer in the API's own form, with nothing behind it.
    private func expectError(_ status: Int, _ answer: String, _ what: String) {
        #expect(statuses(answer) == [status], "\(what): \(answer.prefix(300))")
        let body = answer.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        let document = try? JSONValue(parsing: Array(body.utf8))
        #expect(document?["error"]?.text != nil && document?["request_id"]?.text != nil, "\(what): \(body.prefix(300))")
    }

    @Test("A head that is none is refused in the API's own form, once, and the connection ends")
    func heads() throws {
        let many = String(repeating: "X: y\r\n", count: 101)
        let large = "X: \(String(repeating: "y", count: 17_000))\r\n"
        let cases: [(String, Int)] = [
            ("GET /health HTTP/1.1\r\n\r\n", 400), ("GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n", 400),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n", 400),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 400),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\u{0}b\r\n\r\n", 400),
            ("GET /hea\u{0}lth HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\n\(many)\r\n", 431),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\n\(large)\r\n", 431),
            (post("Content-Length: +2\r\n", "{}"), 400), (post("Content-Length: 0x2\r\n", "{}"), 400),
            (post("Content-Length: 2, 2\r\n", "{}"), 400), (post("Content-Length:\r\n", "{}"), 400),
            (post("Content-Length: -1\r\n", "{}"), 400), (post("Content-Length: 99999999999999999999\r\n", "{}"), 400),
        ]
        for (sent, status) in cases {
            expectError(status, try core.exchange(Array(sent.utf8)), String(sent.prefix(80)))
        }
        #expect(try core.ask("GET", "/health").status == 200)
    }

    @Test("What comes behind a good request on the same connection is held to the same")
    func secondRequest() throws {
        for (fields, status) in [
            ("X: a\u{1}b\r\n", 400), (String(repeating: "X: y\r\n", count: 101), 431),
            ("Transfer-Encoding: gzip\r\n", 400),
        ] {
            let connection = try core.connect()
            connection.send(head("GET /health HTTP/1.1", "\r\n"))
            _ = try connection.receive(until: "\"ok\"\n}\n")
            connection.send(head("GET /health HTTP/1.1", "Connection: close\r\n\(fields)\r\n"))
            expectError(status, try connection.receive(), fields)
        }
    }

    @Test(
        "A body whose end two readers could see in two places is refused at once, and nothing of it is read as a request"
    )
    func lengths() throws {
        let inner = head("GET /ready HTTP/1.1", "\r\n")
        for fields in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 0\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: identity\r\n", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        ] {
            expectError(400, try core.exchange(Array(post(fields, "0\r\n\r\n\(inner)").utf8)), fields)
        }
        // A refused body is thrown away by its length; the request behind it is the next.
        let refused = "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(inner.utf8.count)\r\n\r\n\(inner)"
        let last = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        let answer = try core.exchange(Array((refused + last).utf8))
        #expect(statuses(answer) == [404, 200] && answer.hasSuffix("\"ok\"\n}\n"), "\(answer)")
    }

    @Test("Requests sent together are answered in their order, and HTTP/1.0 ends with its answer")
    func pipelined() throws {
        let one = "GET /health HTTP/1.1\r\nHost: localhost\r\n"
        let many = String(repeating: "\(one)\r\n", count: 100) + "\(one)Connection: close\r\n\r\n"
        #expect(statuses(try core.exchange(Array(many.utf8))) == Array(repeating: 200, count: 101))
        #expect(statuses(try core.exchange(Array("GET /health HTTP/1.0\r\n\r\n".utf8))) == [200])
    }

    @Test(
        "Who asks whether to send is told to go on with a token, and no without; what is sent slowly keeps nobody waiting"
    )
    func expectation() throws {
        let body = #"{"title":"asked before it was sent"}"#
        let fields = "Connection: close\r\nExpect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n"
        let connection = try core.connect()
        connection.send(post(fields, ""))
        #expect(try connection.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
        connection.send(String(body.prefix(1)))
        #expect(try core.ask("GET", "/api/alerts", token: token).status == 200)
        for byte in body.utf8.dropFirst() { connection.send([byte]) }
        #expect(statuses(try connection.receive()) == [201])
        let stranger = "POST /api/alerts HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Type: application/json\r\n\r\n"
        expectError(401, try core.exchange(Array(stranger.utf8)), "a stranger who asks first")
    }

    @Test(
        "Numbers that are none, deep nesting, half surrogates and the like are told one by one; nothing is the server's fault"
    )
    func documents() throws {
        let deep = String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)
        let finding =
            #""fingerprint":"f","kind":"posture","severity":"high","title":"t","resource":{"kind":"x","name":"y"}"#
        let cases: [(String, Int)] = [
            (#"{"title":"a","confidence":1e999}"#, 400), (#"{"title":"a","x":NaN}"#, 400),
            (#"{"title":"\ud800"}"#, 400), (#"{"title":"\udc00\ud800"}"#, 400), (#"{"title":"a","x":\#(deep)}"#, 400),
            (String(repeating: "[", count: 200_000), 400),
            (#"{"title":"a","n":\#(String(repeating: "9", count: 20_000))}"#, 400),
            ("null", 400), ("[null,1,[],{}]", 400), ("", 400), (#"{"title":{"a":1}}"#, 400),
            (#"{"title":"a number in words","confidence":"nan"}"#, 201),
            (#"{"title":"another in words","confidence":"inf","timestamp":"nan"}"#, 201),
            (#"{"title":"a third in words","confidence":"-infinity","timestamp":"inf"}"#, 201),
            (#"{\#(finding),"confidence":"snan"}"#, 201), (#"{\#(finding),"host":"b","confidence":"1e999"}"#, 201),
            (#"{"title":"no time","timestamp":-1e308}"#, 201), (#"{"title":"twice","title":"said"}"#, 201),
        ]
        for (body, status) in cases {
            let answer = try core.ask("POST", "/api/alerts", token: token, body)
            #expect(answer.status == status, "\(body.prefix(100)): \(answer.body.prefix(300))")
        }
        let lines =
            "{\"title\":\"kept\"}\n{\"title\":\"x\",\"a\":\(deep)}\n{\"title\":\"kept too\",\"confidence\":\"nan\"}\n"
        let answer = try core.ask(
            "POST", "/api/alerts", token: token, lines, headers: [("Content-Type", "application/x-ndjson")])
        #expect(answer.status == 207)
        #expect(answer.document["results"]?.elements?.map { $0["status"]?.number } == [201, 400, 201])
        let alerts = try core.ask("GET", "/api/alerts?limit=1000", token: token).document["alerts"]?.elements ?? []
        #expect(alerts.count == 9)
        #expect(alerts.allSatisfy { (0...1).contains($0["confidence"]?.number ?? -1) })
    }

    @Test("A target that is a whole URL is read as its path, and its host counts in place of what Host says")
    func absoluteForm() throws {
        func ask(_ target: String, host: String = "localhost") throws -> String {
            try core.exchange(Array("GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8))
        }
        for target in ["http://localhost/health", "HTTP://127.0.0.1:8080/health", "https://[::1]/health?"] {
            #expect(statuses(try ask(target)) == [200], "\(target)")
            #expect(statuses(try ask(target, host: "evil.example")) == [200], "\(target)")
        }
        for (target, status) in [
            ("http://evil.example/health", 421), ("http://localhost", 404), ("http://localhost?x", 404),
            ("http://localhost/nothing", 404), ("http:///health", 400), ("http://:80/health", 400),
            ("http://u@localhost/health", 400), ("http:/health", 404), ("ftp://localhost/health", 404), ("*", 404),
        ] { expectError(status, try ask(target), target) }
        let list = head("GET http://localhost/api/alerts?limit=1 HTTP/1.1", "Connection: close\r\n\r\n")
        #expect(statuses(try core.exchange(Array(list.utf8))) == [200])
        let behind = "POST http:///x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
        expectError(400, try core.exchange(Array(behind.utf8)), "with a body")
    }

    @Test("Paths with NUL, dots and broken escapes lead nowhere")
    func paths() throws {
        for (path, status) in [
            ("/%00", 404), ("/api/alerts/1%00", 400), ("/api/../api/alerts", 404), ("/...", 404), ("//api/alerts", 404),
            ("/api/alerts/%2e%2e", 400), ("/api/cases/99999999999999999999", 400), ("/api/alerts?limit=1e999", 400),
            ("/api/alerts?entity=%ED%A0%80", 400), ("/api/alerts?limit=1&limit=1", 400), ("/api/alerts?%", 400),
        ] {
            let sent = head("GET \(path) HTTP/1.1", "Connection: close\r\n\r\n")
            expectError(status, try core.exchange(Array(sent.utf8)), path)
        }
    }
}
