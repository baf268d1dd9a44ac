import Testing

@testable import HTTPServer

@Suite struct RequestStartTests {
    @Test(
        "A request line, or the beginning of one, is a request",
        arguments: [
            "GET / HTTP/1.1\r\n", "POST /api/alerts?a=b HTTP/1.0\r\nHost: x\r\n", "G", "GET", "GET ", "GET /api",
            "GET /api HTT", "OPTIONS * HTTP/1.1\n", "\r\n\r\nGET / HTTP/1.1\r\n", "\r\n", "X-ODD / HTTP/1.9\r\n",
            "GET /schön HTTP/1.1\r\n",
        ])
    func request(text: String) { #expect(RequestStart.form(of: Array(text.utf8)[...]) == .request) }

    @Test(
        "What cannot become a request any more is none, wherever it ends",
        arguments: [
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}", "SSH-2.0-OpenSSH_9.2\r\n", "\u{0}", "GET\r\n", "GET /\r\n",
            "GET / HTTP/1.1 x\r\n", "GET /a b", "GET  / HTTP/1.1\r\n", " / HTTP/1.1\r\n", "{\"title\":\"x\"}\n",
            "GET / http/1.1\r\n", "GET / HTTP/1\r\n", "GET / HTTP/x.1\r\n",
            "GET /\u{1} HTTP/1.1\r\n",
            "G\u{e9}T / HTTP/1.1",
            "GET  HTTP/1.1\r\n", "AVERYLONGMETHODTHATNOBODYHASEVERHEARDOF / HTTP/1.1\r\n",
        ])
    func other(text: String) { #expect(RequestStart.form(of: Array(text.utf8)[...]) == .other) }

    @Test(
        "Other versions of HTTP are told by their name",
        arguments: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/0.9\r\n", "GET / HTTP/9.9\r\n"])
    func otherVersion(text: String) { #expect(RequestStart.form(of: Array(text.utf8)[...]) == .otherVersion) }
}
