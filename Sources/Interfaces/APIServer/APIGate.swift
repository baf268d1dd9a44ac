internal import APIAccess
internal import CoreRoutes
internal import Cryptography
internal import HTTPServer
internal import Triage

/// Decides on each request before its body is read: whether it is one, whether its client may ask now, what it asks, who asks, and whether
/// that token is good for it. In this order, so that whoever has no token takes nothing but the look at a few lines.
struct APIGate: HTTPHandling {
    let core: ServedCore
    let tokens: TokenRegister
    let hosts: HostNames
    let limits: ClientLimits
    let log: BoundedLog
    /// What the core could not do, apart: where each post is refused, the lines of a few tell it.
    let failures: BoundedLog

    /// Why a request is answered without being carried out.
    private struct Refusal: Error {
        var status: Int
        var message: String
        var fields: [(name: String, value: String)] = []
        /// Whether the log has it.
        var isNoted = false
    }

    func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
        let id = Self.requestID()
        do throws(Refusal) {
            try checkForm(of: head)
            try checkRate(of: head.client)
            let (route, path) = try route(of: head)
            let declaration = route.declaration
            var actor = ""
            if let scope = declaration.scope { actor = try token(for: scope, declaration, head).name.description }
            let asked = actor
            try checkBody(of: head, for: declaration)
            guard let query = RequestTarget.parameters(of: head.query ?? "") else {
                throw Refusal(status: 400, message: "the query has a broken escape, or bytes that are no text")
            }
            return .read(limit: declaration.bodyLimit) { body in
                answer(head, id, route) { () throws(RouteProblem) in
                    try RouteRequest(to: declaration, path: path, query: query, body: body, by: asked)
                }
            }
        } catch {
            if error.isNoted { note(head, id, error.status, error.message) }
            return .refuse(APIResponse.error(error.status, error.message, id, error.fields))
        }
    }

    func refusal(_ status: Int, _ head: HTTPRequestHead) -> HTTPResponse {
        let id = Self.requestID()
        switch status {
        case 400:
            return APIResponse.error(
                400, "this is no request of HTTP/1.1 (RFC 9112); nothing else is spoken here, TLS neither", id)
        case 431: return APIResponse.error(431, Self.tooMuchHead, id)
        case 505: return APIResponse.error(505, "HTTP/1.1 and HTTP/1.0 are spoken here", id)
        case 413: return APIResponse.error(413, "the body is too large: 1 MiB at most, alerts 16 MiB", id)
        default:
            note(head, id, status, "no room")
            return APIResponse.error(status, "too much is asked at once; try again", id, [("Retry-After", "1")])
        }
    }

    private func answer(
        _ head: HTTPRequestHead, _ id: String, _ route: any CoreRoute.Type,
        _ request: () throws(RouteProblem) -> RouteRequest
    ) -> HTTPResponse {
        do throws(RouteProblem) {
            return APIResponse.success(try route.answer(try request(), from: core), id)
        } catch {
            guard error.status >= 500 else {
                return APIResponse.error(error.status, error.message, id, results: error.results)
            }
            failures.note(Self.line(head, id, error.status, error.message))
            let told = error.messageForClients ?? error.message
            return APIResponse.error(error.status, told, id, [("Retry-After", "5")])
        }
    }

    private func note(_ head: HTTPRequestHead, _ id: String, _ status: Int, _ what: String) {
        log.note(Self.line(head, id, status, what))
    }

    private static func line(_ head: HTTPRequestHead, _ id: String, _ status: Int, _ what: String) -> String {
        // No query, no fields: they may hold what nobody is to read in a log.
        let what = what.split(whereSeparator: \.isNewline).joined(separator: " ")
        return "\(id) \(head.client) \(BoundedLog.safe(head.method)) \(BoundedLog.safe(head.path)) \(status): \(what)"
    }

    private static func requestID() -> String {
        // Random, so that nobody tells another's from its own; where there is none to be had, any will do.
        (try? randomBytes(8))?.hexadecimal ?? String(UInt64.random(in: 0...UInt64.max), radix: 16)
    }
}

extension APIGate {
    private func checkForm(of head: HTTPRequestHead) throws(Refusal) {
        guard head.fields.count <= HTTPLimits.fieldCount else {
            throw Refusal(status: 431, message: Self.tooMuchHead)
        }
        guard head.tellsLengthOnce else {
            throw Refusal(
                status: 400,
                message: "the length of the body is told in two ways, or by a Transfer-Encoding but chunked")
        }
        guard head.hasFieldValues else {
            throw Refusal(status: 400, message: "a field has control characters in it")
        }
        let names = head.values(of: "host")
        guard names.count <= 1 else { throw Refusal(status: 400, message: "Host is there twice") }
        // Without a name it is no browser (RFC 9110 §7.2), and an old client.
        guard names.first.map({ hosts.permit($0) }) ?? true else {
            throw Refusal(
                status: 421, message: "this server does not go by that name; hosts of core.yaml says which it has")
        }
        for origin in head.values(of: "origin") where !hosts.permit(origin: origin) {
            throw Refusal(status: 403, message: "no page of another site may ask here", isNoted: true)
        }
    }

    private func checkRate(of client: HTTPClientAddress) throws(Refusal) {
        if let wait = limits.rateWait(of: client.counted.description) {
            throw Refusal(
                status: 429, message: "too many requests; see Retry-After", fields: [Self.retryAfter(wait)],
                isNoted: true)
        }
    }

    private static let tooMuchHead =
        "a request has at most \(HTTPLimits.fieldCount) fields, and \(HTTPLimits.headSize >> 10) KiB before its body"

    private static func retryAfter(_ wait: Duration) -> (name: String, value: String) {
        ("Retry-After", "\(max(1, Int((wait / .seconds(1)).rounded(.up))))")
    }

    private func route(of head: HTTPRequestHead) throws(Refusal) -> (any CoreRoute.Type, [String: String]) {
        switch RouteTable.match(head.method, head.path) {
        case .found(let route, let sent):
            var path: [String: String] = [:]
            for (name, part) in sent {
                guard let text = RequestTarget.decoded(part) else {
                    throw Refusal(status: 400, message: "the path has a broken escape, or bytes that are no text")
                }
                path[name] = text
            }
            return (route, path)
        case .otherMethod(let methods):
            let list = methods.joined(separator: ", ")
            throw Refusal(status: 405, message: "this takes \(list)", fields: [("Allow", list)])
        case .nothing: throw Refusal(status: 404, message: "there is nothing here; /docs tells what there is")
        }
    }

    private func token(
        for scope: APIScope, _ declaration: RouteDeclaration, _ head: HTTPRequestHead
    ) throws(Refusal) -> APIToken {
        let client = head.client.counted.description
        if let wait = limits.lockout(of: client) {
            throw Refusal(
                status: 429, message: "locked out after too many wrong tokens; see Retry-After",
                fields: [Self.retryAfter(wait)])
        }
        let challenge = [(name: "WWW-Authenticate", value: "Bearer realm=\"bailey-core\"")]
        guard let presented = Self.bearer(head) else {
            throw Refusal(
                status: 401, message: "a token is needed: Authorization: Bearer TOKEN", fields: challenge)
        }
        let found: APIToken?
        do throws(APIAccessError) {
            found = try tokens.token(of: presented, now: core.now.milliseconds / 1000)
        } catch {
            note(head, "-", 503, "tokens cannot be read: \(error)")
            throw Refusal(status: 503, message: "tokens cannot be read now", fields: [("Retry-After", "5")])
        }
        guard let token = found else {
            let isLockedOut = limits.fail(client)
            throw Refusal(
                status: 401,
                message: isLockedOut ? "no such token; this client is locked out now" : "no such token",
                fields: challenge, isNoted: true)
        }
        guard token.scopes.contains(scope) else {
            throw Refusal(
                status: 403, message: "the token '\(token.name)' is not good for this: it needs \(scope.rawValue)",
                isNoted: true)
        }
        guard token.holder == .person || !declaration.isForPeople else {
            throw Refusal(
                status: 403,
                message:
                    "the token '\(token.name)' is a program's, and this is for an analyst to say: ask with a person's, which bailey token create makes without --program",
                isNoted: true)
        }
        return token
    }

    /// The token that is presented; nil when there is none, or more than one.
    private static func bearer(_ head: HTTPRequestHead) -> [UInt8]? {
        guard let value = head.value(of: "authorization") else { return nil }
        let parts = value.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].elementsEqualIgnoringCase("bearer".utf8), parts[1].count <= 512 else {
            return nil
        }
        return Array(parts[1])
    }

    private func checkBody(of head: HTTPRequestHead, for declaration: RouteDeclaration) throws(Refusal) {
        let encodings = head.values(of: "content-encoding")
        guard encodings.allSatisfy({ $0.utf8.elementsEqualIgnoringCase("identity".utf8) }) else {
            throw Refusal(status: 415, message: "bodies are read as they are: no Content-Encoding")
        }
        let kinds = head.values(of: "content-type")
        guard !declaration.mediaTypes.isEmpty else {
            let hasBody = head.value(of: "content-length").map { $0 != "0" } ?? false
            if hasBody || !head.values(of: "transfer-encoding").isEmpty {
                throw Refusal(status: 400, message: "this takes no body")
            }
            return
        }
        guard kinds.count == 1, Self.isRead(kinds[0], declaration.mediaTypes) else {
            throw Refusal(
                status: 415, message: "the body has to be \(declaration.mediaTypes.joined(separator: " or ")), in UTF-8"
            )
        }
    }

    /// Whether a media type (RFC 9110 §8.3) is one of these. JSON is UTF-8 (RFC 8259 §8.1), whatever else a parameter says.
    private static func isRead(_ kind: String, _ mediaTypes: [String]) -> Bool {
        let parts = kind.lowercased().utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
            String(decoding: $0.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self)
        }
        guard let name = parts.first, mediaTypes.contains(name) else { return false }
        return parts.dropFirst().allSatisfy {
            !$0.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains($0)
        }
    }
}
