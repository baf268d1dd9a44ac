import CoreRoutes
import HTTPClient
import JSON
import LinuxSystem
import TerminalText

/// The core's API, asked over HTTP.
struct APIClient {
    static let answerLimit = 256 << 20
    /// Name of the file that holds the token, where none is named.
    static let tokenName = "api-token"

    /// What is before the path of a route.
    private let base: String
    private let socket: String?
    private let token: String
    /// As it was named.
    private let server: String

    /// - Parameter token: the file that holds it; nil takes this user's.
    init(_ server: String, token: String?, in session: Session) throws(CommandError) {
        self.server = server
        if server.hasPrefix("unix:/") {
            (base, socket) = ("http://localhost", String(server.dropFirst(5)))
        } else {
            guard Self.isEncryptedOrLocal(server) else {
                throw .couldNotRun(
                    server, "is no server to send a token to",
                    remedy:
                        "name http://127.0.0.1:PORT, https://HOST or unix:/PATH; over a network without TLS others read it"
                )
            }
            (base, socket) = (server.hasSuffix("/") ? String(server.dropLast()) : server, nil)
        }
        self.token = try Self.token(in: token, session)
    }

    /// `https`, or `http` to this host itself.
    private static func isEncryptedOrLocal(_ server: String) -> Bool {
        if server.hasPrefix("https://") { return true }
        guard server.hasPrefix("http://") else { return false }
        let authority = server.dropFirst(7).prefix { $0 != "/" }
        // `http://localhost:1@example.org` is example.org (RFC 3986 §3.2.1).
        if authority.utf8.contains(UInt8(ascii: "@")) { return false }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        // By these words alone: a name could lead elsewhere tomorrow.
        return ["localhost", "127.0.0.1", "[::1]"].contains(String(host))
    }

    private static func token(in named: String?, _ session: Session) throws(CommandError) -> String {
        let path: String
        if let named {
            path = absolutePath(named, in: session.environment.workingDirectory)
        } else if let directory = Locations.configuration(in: session.environment) {
            path = "\(directory)/\(tokenName)"
        } else {
            throw .couldNotRun("the token", "is not known", remedy: "name its file with --token-file FILE, or set HOME")
        }
        let bytes: [UInt8]
        do throws(SystemError) {
            let tree = try FileTree()
            let metadata = try tree.metadata(of: path)
            guard metadata.kind == .regular, metadata.permissions & 0o077 == 0,
                [0, session.environment.effectiveUserID].contains(metadata.owner)
            else { throw SystemError("trust", path, code: .notPermitted) }
            bytes = try tree.contents(of: path, limit: 4096)
        } catch {
            if error.operation == "trust" {
                throw .couldNotRun(
                    path, "can be read by others", remedy: "chmod 600 \(path), and better make a new token")
            }
            throw .couldNotRun(error, remedy: "have one made: bailey token create NAME --scope SCOPE > \(path)")
        }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 1, words[0].utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .couldNotRun(path, "holds no token: one word, and nothing else")
        }
        return String(words[0])
    }

    func ask(
        _ route: RouteDeclaration, path: [String: String], query: [(name: String, value: String)], body: [UInt8]
    ) throws(CommandError) -> RouteAnswer {
        var request = OutgoingRequest(route.method.rawValue, base + Self.target(route, path, query), body: body)
        request.unixSocket = socket
        request.headers = [.init("Authorization", "Bearer \(token)"), .init("Accept", "*/*")]
        if let kind = route.mediaTypes.first { request.headers.append(.init("Content-Type", kind)) }
        request.answerLimit = Self.answerLimit
        request.timeout = .seconds(120)
        let answer: HTTPAnswer
        do throws(TransferError) {
            var connection = try OutgoingConnection()
            answer = try connection.send(request)
        } catch { throw .couldNotRun(server, error.reason, remedy: error.remedy) }
        guard (200..<300).contains(answer.status) else { throw problem(answer) }
        // A core escapes them. What is printed as it came, documents too, shall not steer a terminal for whoever is in a core's place.
        guard !hasControlCharacters(answer.body) else {
            throw .couldNotRun(server, "answered with control characters, which no core does: nothing of it is printed")
        }
        return RouteAnswer(
            status: answer.status, mediaType: answer.header("content-type") ?? "", body: answer.body)
    }

    private func problem(_ answer: HTTPAnswer) -> CommandError {
        let document = try? UntrustedJSON.parse(answer.body).value
        guard let message = document?["error"]?.text else {
            return .couldNotRun(server, "answered \(answer.status), and not as a core does")
        }
        let id = document?["request_id"]?.text ?? "-"
        switch answer.status {
        // What is wrong with what was asked is told as the store tells it.
        case 400, 404, 409: return .couldNotRun("", message)
        case 429:
            let wait = answer.header("retry-after").map { "try again in \($0) s" }
            return .couldNotRun(server, message, remedy: wait)
        default: return .couldNotRun(server, "\(message) (\(answer.status), request \(id))")
        }
    }

    private static func target(
        _ route: RouteDeclaration, _ path: [String: String], _ query: [(name: String, value: String)]
    ) -> String {
        let segments = route.path.split(separator: "/").map { segment in
            segment.hasPrefix("{") ? escaped(path[String(segment.dropFirst().dropLast())] ?? "") : String(segment)
        }
        let parameters = query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
        return "/" + segments.joined(separator: "/") + (parameters.isEmpty ? "" : "?\(parameters)")
    }

    /// All but what never means anything in a URL (RFC 3986 §2.3).
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || "-._~".utf8.contains(byte)
            return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
