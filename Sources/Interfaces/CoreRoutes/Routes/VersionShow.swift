internal import JSON

/// `GET /version`: what runs.
package enum VersionShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "version-show", .get, "/version", in: .service, "Which version of Bailey this is.", scope: nil,
        outcomes: [RouteDeclaration.Outcome(200, "The version", .json(.named("Version")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        .document { writer in
            writer.object {
                $0.member("name", "bailey-core")
                $0.member("version", ProductVersion.text)
            }
        }
    }
}
