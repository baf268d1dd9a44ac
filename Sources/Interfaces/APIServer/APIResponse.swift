internal import CoreRoutes
internal import HTTPServer
internal import JSON

/// What goes back over HTTP, with what every answer carries.
enum APIResponse {
    /// Nothing that is answered may be put into a page of somebody else's, read as another kind than it says, or kept by a cache.
    private static let fields: [(name: String, value: String)] = [
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "interest-cohort=()"), ("Cache-Control", "no-store"),
    ]
    private static let closed = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

    static func success(_ answer: RouteAnswer, _ id: String) -> HTTPResponse {
        // The pages that are made here bring their style with them.
        let isPage = answer.mediaType.hasPrefix("text/html")
        var response = HTTPResponse(
            status: answer.status, fields: common(id, isPage ? "\(closed); style-src 'unsafe-inline'" : closed),
            body: answer.body)
        if !answer.mediaType.isEmpty { response.fields.append(("Content-Type", answer.mediaType)) }
        return response
    }

    static func error(
        _ status: Int, _ message: String, _ id: String, _ others: [(name: String, value: String)] = [],
        results: [UInt8]? = nil
    ) -> HTTPResponse {
        var writer = JSONWriter(pretty: false)
        writer.object {
            $0.member("error", message)
            $0.member("request_id", id)
            if let results {
                $0.key("results")
                $0.value(json: results)
            }
        }
        return HTTPResponse(
            status: status, fields: common(id, closed) + [("Content-Type", "application/json")] + others,
            body: writer.drain() + [0x0a])
    }

    private static func common(_ id: String, _ policy: String) -> [(name: String, value: String)] {
        fields + [("X-Request-Id", id), ("Content-Security-Policy", policy)]
    }
}
