/// `GET /openapi.json`: all of this as an OpenAPI document.
package enum OpenAPIShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "open-api-show", .get, "/openapi.json", in: .service, "This API as an OpenAPI 3.1 document.", scope: nil,
        outcomes: [RouteDeclaration.Outcome(200, "The document", .json(.anything))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        RouteAnswer(mediaType: "application/json", body: OpenAPIDocument.bytes)
    }
}
