internal import JSON

/// `GET /health`: whether the process answers.
package enum Health: CoreRoute {
    package static let declaration = RouteDeclaration(
        "health", .get, "/health", in: .service, "Whether the core answers at all.", scope: nil,
        outcomes: [RouteDeclaration.Outcome(200, "It does", .json(.named("Health")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        .document { writer in writer.object { $0.member("status", "ok") } }
    }
}
