internal import APIAccess
internal import CaseManagement
internal import Storage
internal import Triage

/// `GET /api/alerts/{alert}/payload`: what came in, sanitised.
package enum AlertsPayload: CoreRoute {
    package static let declaration = RouteDeclaration(
        "alerts-payload", .get, "/api/alerts/{alert}/payload", in: .alerts,
        "Show what came in, in place of what was made of it.", scope: .alertsRead,
        parameters: [.path("alert", .identifier, "The triage id.")],
        outcomes: [RouteDeclaration.Outcome(200, "The document as it was taken in", .json(.anything))], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("alert")
        let found = try core.read { (reader) throws(StorageError) in try reader.payload(of: id) }
        guard let payload = found else { throw RouteProblem(.noAlert(id)) }
        return RouteAnswer(mediaType: "application/json", body: Array(payload.utf8) + [0x0a])
    }
}
