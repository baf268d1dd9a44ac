/// `GET /docs`: all of this as a page.
package enum DocumentationShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "documentation-show", .get, "/docs", in: .service, "This API as a page to read.", scope: nil,
        outcomes: [RouteDeclaration.Outcome(200, "The page", .text("text/html"))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        RouteAnswer(mediaType: "text/html; charset=utf-8", body: Array(DocumentationPage.text.utf8))
    }
}
