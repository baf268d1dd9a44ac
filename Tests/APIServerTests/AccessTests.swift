import APIAccess
import Foundation
import JSON
import LinuxSystem
import TestSupport
import Testing

/// Who may ask for what.
@Suite struct AccessTests {
    @Test("Without a token only what says nothing of alerts is answered")
    func withoutToken() throws {
        let core = try RunningCore()
        for path in ["/health", "/ready", "/version", "/openapi.json", "/docs"] {
            #expect(try core.ask("GET", path).status == 200, "\(path)")
        }
        for path in ["/api/alerts", "/api/cases/1", "/metrics", "/feedback/accuracy", "/api/kpis"] {
            let answer = try core.ask("GET", path)
            #expect(answer.status == 401, "\(path)")
            #expect(answer.header("www-authenticate")?.hasPrefix("Bearer") == true)
            #expect(
                answer.document["error"]?.text != nil
                    && answer.document["request_id"]?.text == answer.header("x-request-id"))
        }
    }

    @Test("A token is good for its scopes alone, and for nothing once it is revoked")
    func scopes() throws {
        let core = try RunningCore()
        let token = try core.token("siem", [.alertsWrite])
        #expect(try core.ask("POST", "/api/alerts", token: token, #"{"title":"trojan"}"#).status == 201)
        #expect(try core.ask("GET", "/api/alerts", token: token).status == 403)
        #expect(
            try core.ask("POST", "/feedback", token: token, #"{"triage_id":1,"label":"true_positive"}"#).status == 403)
        try APITokenFile(in: core.tree.path).revoke(#require(APIToken.Name("siem")))
        #expect(try core.ask("POST", "/api/alerts", token: token, #"{"title":"trojan"}"#).status == 401)
    }

    @Test("Five wrong tokens lock a client out, with the right one too, and not who comes another way")
    func lockout() throws {
        let core = try RunningCore()
        let token = try core.token()
        for _ in 0..<5 { #expect(try core.ask("GET", "/api/alerts", token: "wrong").status == 401) }
        let locked = try core.ask("GET", "/api/alerts", token: token)
        #expect(locked.status == 429)
        let wait = try #require(locked.header("retry-after").flatMap { Int($0) })
        #expect((890...900).contains(wait))
        // What needs no token is answered, and so is the Unix socket, whose client is another.
        #expect(try core.ask("GET", "/health").status == 200)
        #expect(try core.ask("GET", "/api/alerts", token: token, overSocket: true).status == 200)
    }

    @Test("No token at all is no guess, and locks nobody out")
    func noGuess() throws {
        let core = try RunningCore()
        let token = try core.token()
        for _ in 0..<20 { #expect(try core.ask("GET", "/api/alerts").status == 401) }
        #expect(try core.ask("GET", "/api/alerts", token: token).status == 200)
    }

    @Test("Who asks more often than is allowed is told when to ask again")
    func rate() throws {
        let core = try RunningCore(settings: "requests_per_minute: 60")
        let statuses = try (0..<12).map { _ in try core.ask("GET", "/health").status }
        #expect(statuses.prefix(10).allSatisfy { $0 == 200 } && statuses.contains(429))
        let answer = try core.ask("GET", "/health")
        #expect(answer.status == 429 && answer.header("retry-after") == "1")
    }

    @Test(
        "A request for another name (DNS rebinding), or from another site's page, is refused before anything is looked at"
    )
    func names() throws {
        let core = try RunningCore(settings: "hosts: [core.lan]")
        let token = try core.token()
        func status(_ headers: [(String, String)], overSocket: Bool = false) throws -> Int {
            try core.ask("GET", "/api/alerts", token: token, headers: headers, overSocket: overSocket).status
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]", "127.0.0.1:x"] {
            #expect(try status([("Host", host)]) == 421, "\(host)")
        }
        for host in ["localhost", "LOCALHOST:1", "core.lan", "127.0.0.1:9", "[::1]:9"] {
            #expect(try status([("Host", host)]) == 200, "\(host)")
        }
        #expect(try status([("Origin", "https://evil.example")]) == 403)
        #expect(try status([("Origin", "null")]) == 403)
        #expect(try status([("Origin", "http://localhost:8080")]) == 200)
        #expect(try status([("Origin", "https://evil.example")], overSocket: true) == 403)
        let answer = try core.ask("OPTIONS", "/api/alerts", headers: [("Origin", "http://localhost")])
        #expect(answer.status == 405 && answer.header("access-control-allow-origin") == nil)
    }

    @Test("Every answer says what it is, that it is not for a cache or a frame, and what the log has it by")
    func headers() throws {
        let core = try RunningCore()
        for (path, status) in [("/docs", 200), ("/nothing", 404), ("/api/alerts", 401), ("/openapi.json", 200)] {
            let answer = try core.ask("GET", path)
            #expect(answer.status == status)
            #expect(answer.header("x-content-type-options") == "nosniff" && answer.header("x-frame-options") == "DENY")
            #expect(answer.header("cache-control") == "no-store")
            #expect(
                answer.header("content-security-policy")?.hasPrefix("default-src 'none'; frame-ancestors 'none'")
                    == true)
            #expect(answer.header("x-request-id")?.utf8.count == 16)
            #expect(answer.header("access-control-allow-origin") == nil)
        }
    }

    @Test(
        "What is no HTTP at all is answered in the API's own form, and the connection ends",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2\r\n", 400), ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}", 400), ("GET /\r\n", 400),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ])
    func otherProtocols(sent: String, status: Int) throws {
        let core = try RunningCore()
        let answer = try core.exchange(Array(sent.utf8))
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
        let parts = answer.components(separatedBy: "\r\n\r\n")
        let document = try JSONValue(parsing: Array(parts[1].utf8))
        #expect(Set(document.members?.keys.map { $0 } ?? []) == ["error", "request_id"])
        #expect(parts[0].contains("X-Request-Id: \(document["request_id"]?.text ?? "-")"))
        #expect(parts[0].hasSuffix("Connection: close\r\nContent-Length: \(parts[1].utf8.count)"))
        #expect(try core.ask("GET", "/health").status == 200)
    }

    @Test("The log says who was refused and why, and neither a token nor a query nor a line of a client's making")
    func log() throws {
        let core = try RunningCore()
        let token = try core.token("reader", [.alertsRead])
        _ = try core.ask("GET", "/metrics?secret=in-the-query", token: token)
        _ = try core.ask("GET", "/api/alerts?x=1", token: "bailey_wrong-token-in-a-log")
        _ = try core.ask("GET", "/api/cases/1%0ainjected", token: token)
        let log = try core.stop()
        #expect(log.contains("/metrics 403: ") && log.contains("/api/alerts 401: no such token"))
        #expect(!log.contains(token) && !log.contains("wrong-token") && !log.contains("in-the-query"))
        #expect(!log.split(separator: "\n").contains { $0.hasPrefix("injected") })
    }
}
