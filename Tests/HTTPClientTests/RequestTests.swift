import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite struct RequestTests {
    private func send(_ request: OutgoingRequest) throws -> HTTPAnswer {
        var connection = try OutgoingConnection()
        return try connection.send(request)
    }

    /// The error that sending ends with; nil when it does not.
    private func failure(_ request: OutgoingRequest) throws -> TransferError? {
        var connection = try OutgoingConnection()
        do throws(TransferError) {
            _ = try connection.send(request)
            return nil
        } catch { return error }
    }

    @Test(
        "A request arrives as it was made, and nothing is added to it",
        arguments: ["GET", "POST", "PUT", "PATCH", "DELETE"])
    func arrives(method: String) throws {
        let receiver = try Receiver("http_receiver.py")
        let bytes = method == "GET" ? [] : Array("one\0two\r\n".utf8) + [0xff]
        var request = OutgoingRequest(method, "http://127.0.0.1:\(receiver.address)/path?q=%20a", body: bytes)
        request.headers = [.init("Authorization", "Bearer x"), .init("X-Empty", ""), .init("Content-Type", "a/b")]
        let answer = try send(request)
        #expect(answer.status == 200 && answer.body == (bytes.isEmpty ? Array("hello".utf8) : bytes))
        #expect(answer.header("X-Answer") == "yes")
        let seen = try #require(try receiver.received().first)
        #expect(seen["method"] as? String == method && seen["path"] as? String == "/path?q=%20a")
        #expect(seen["body"] as? String == Data(bytes).base64EncodedString())
        let names = try #require(seen["headers"] as? [String: String])
        let expected: Set = ["host", "accept", "authorization", "x-empty", "content-type"]
        #expect(Set(names.keys) == (bytes.isEmpty ? expected : expected.union(["content-length"])))
        #expect(names["authorization"] == "Bearer x" && names["x-empty"] == "")
    }

    @Test("A request without a body that is no GET says that it has none")
    func emptyBody() throws {
        let receiver = try Receiver("http_receiver.py")
        #expect(try send(OutgoingRequest("POST", "http://127.0.0.1:\(receiver.address)/")).status == 200)
        let seen = try #require(try receiver.received().first)
        #expect((seen["headers"] as? [String: String])?["content-length"] == "0")
        #expect(try send(OutgoingRequest("HEAD", "http://127.0.0.1:\(receiver.address)/")).body.isEmpty)
    }

    @Test("Several requests go over one connection")
    func reuse() throws {
        let receiver = try Receiver("http_receiver.py")
        var connection = try OutgoingConnection()
        for _ in 0..<3 {
            _ = try connection.send(OutgoingRequest("POST", "http://127.0.0.1:\(receiver.address)/", body: [1]))
        }
        #expect(Set(try receiver.received().map { $0["peer"] as? String }).count == 1)
    }

    @Test("It talks to a Unix socket")
    func unixSocket() throws {
        let tree = try TemporaryTree()
        let receiver = try Receiver("http_receiver.py", ["--unix", "\(tree.path)/s"])
        var request = OutgoingRequest("GET", "http://localhost/x")
        request.unixSocket = receiver.address
        #expect(try send(request).status == 200)
    }

    @Test("Statuses are answers, not errors", arguments: [204, 301, 404, 500])
    func statuses(status: Int) throws {
        let receiver = try Receiver("http_receiver.py")
        #expect(
            try send(OutgoingRequest("GET", "http://127.0.0.1:\(receiver.address)/status/\(status)")).status == status)
    }

    @Test("An answer beyond the limit is an error, in its body and in its headers")
    func answerLimit() throws {
        let receiver = try Receiver("http_receiver.py")
        var request = OutgoingRequest("GET", "http://127.0.0.1:\(receiver.address)/big/1000")
        request.answerLimit = 1000
        #expect(try send(request).body.count == 1000)
        request.answerLimit = 999
        #expect(try failure(request)?.kind == .answerTooLarge)
        request.url = "http://127.0.0.1:\(receiver.address)/headers"
        #expect(try failure(request)?.kind == .answerTooLarge)
    }

    @Test("Who does not answer is waited for as long as was allowed; who hangs up has broken the connection")
    func silence() throws {
        let receiver = try Receiver("http_receiver.py")
        var request = OutgoingRequest("GET", "http://127.0.0.1:\(receiver.address)/silent")
        request.timeout = .milliseconds(50)
        #expect(try failure(request)?.kind == .timedOut)
        request.timeout = .seconds(30)
        request.url = "http://127.0.0.1:\(receiver.address)/close"
        #expect(try failure(request)?.kind == .broken)
    }

    @Test("A certificate of an unknown authority, or for another name, is refused; a named authority is trusted")
    func certificates() throws {
        let tree = try TemporaryTree()
        let own = try TestCertificate(in: tree)
        let other = try TestCertificate(in: tree, name: "other", for: "DNS:elsewhere.invalid")
        let receiver = try Receiver("http_receiver.py", ["--tls", own.certificate, own.key])
        var request = OutgoingRequest("GET", "https://127.0.0.1:\(receiver.address)/secret-path")
        let refused = try #require(try failure(request))
        #expect(refused.kind == .untrusted)
        #expect(refused.description.contains("certificate") && !refused.description.contains("secret-path"))
        request.authorities = own.certificate
        #expect(try send(request).status == 200)
        request.authorities = other.certificate
        #expect(try failure(request)?.kind == .untrusted)
        let impostor = try Receiver("http_receiver.py", ["--tls", other.certificate, other.key])
        request.url = "https://127.0.0.1:\(impostor.address)/"
        #expect(try failure(request)?.kind == .untrusted)
        #expect(try receiver.received().count == 1 && impostor.received().isEmpty)
    }

    @Test("Redirections are followed when asked for, and never to another scheme")
    func redirects() throws {
        let receiver = try Receiver("http_receiver.py")
        func request(to target: String, limit: Int) -> OutgoingRequest {
            let name = Data(target.utf8).base64EncodedString().replacingOccurrences(of: "/", with: "_")
            var request = OutgoingRequest("GET", "http://127.0.0.1:\(receiver.address)/redirect/\(name)")
            request.redirectLimit = limit
            return request
        }
        #expect(try send(request(to: "/there", limit: 0)).status == 302)
        #expect(try send(request(to: "/there", limit: 1)).status == 200)
        for target in ["https://127.0.0.1:\(receiver.address)/", "file:///etc/passwd", "gopher://127.0.0.1/"] {
            #expect(try failure(request(to: target, limit: 3))?.kind == .invalid, "\(target)")
        }
    }

    @Test(
        "What would become another request is not sent",
        arguments: [
            ("GET /x", "http://127.0.0.1/", "X", "1"), ("GET", "http://127.0.0.1/", "X y", "1"),
            ("GET", "http://127.0.0.1/", "X", "1\r\nY: 2"), ("GET", "http://127.0.0.1/\r\nY: 2", "X", "1"),
            ("GET", "ftp://127.0.0.1/", "X", "1"), ("GET", "file:///etc/passwd", "X", "1"),
            ("GET", "http://user:s3cret@127.0.0.1/", "X", "1"), ("GET", "", "X", "1"), ("GET", "127.0.0.1", "X", "1"),
        ])
    func refusals(method: String, url: String, name: String, value: String) throws {
        var request = OutgoingRequest(method, url)
        request.headers = [.init(name, value)]
        let error = try #require(try failure(request))
        #expect(error.kind == .invalid)
        #expect(!error.description.contains("s3cret"))
    }

    @Test("Neither the environment nor a redirection chooses a proxy; a request does")
    func proxies() throws {
        let receiver = try Receiver("http_receiver.py")
        var request = OutgoingRequest("GET", "http://never.invalid/x")
        request.proxy = .server(url: "http://127.0.0.1:\(receiver.address)")
        #expect(try send(request).status == 200)
        #expect(try receiver.received().first?["path"] as? String == "http://never.invalid/x")
        setenv("http_proxy", "http://127.0.0.1:\(receiver.address)", 1)
        setenv("all_proxy", "http://127.0.0.1:\(receiver.address)", 1)
        defer {
            unsetenv("http_proxy")
            unsetenv("all_proxy")
        }
        request.proxy = .none
        #expect(try failure(request)?.kind == .unresolved)
        request.proxy = .environment
        #expect(try send(request).status == 200)
    }

    @Test("An error names the destination by scheme, host and port, and nothing of what was sent")
    func secrecy() throws {
        var request = OutgoingRequest("POST", "http://127.0.0.1:1/hook/s3cret?key=s3cret", body: Array("s3cret".utf8))
        request.headers = [.init("Authorization", "Bearer s3cret")]
        let error = try #require(try failure(request))
        #expect(error.kind == .unreachable)
        #expect(error.description.hasPrefix("POST http://127.0.0.1:1: the host could not be reached"))
        #expect(!"\(error) \(request)".contains("s3cret"))
    }
}
