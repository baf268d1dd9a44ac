internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `POST /api/alerts/{alert}/suppression`: keeps an alert quiet for a time.
package enum AlertsSuppress: CoreRoute {
    package static let declaration = RouteDeclaration(
        "alerts-suppress", .post, "/api/alerts/{alert}/suppression", in: .alerts,
        "Keep an alert quiet until a time: it is counted on, and opens nothing.", scope: .alertsWrite,
        isForPeople: true,
        parameters: [.path("alert", .identifier, "The triage id.")],
        body: .object([
            ValueSchema.Member("until", .time, "When it ends; it lies ahead.")
        ]), outcomes: [RouteDeclaration.Outcome(200, "The alert", .json(.named("TriagedAlert")))], problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("alert")
        guard let end = request.member("until")?.text.flatMap(EventTime.init(text:)) else {
            throw RouteProblem(400, "until is no time")
        }
        try core.change { (core) throws(CaseError) in try core.suppress(id, until: end, by: request.actor) }
        let found = try core.read { (reader) throws(StorageError) in try reader.alert(id) }
        guard let alert = found else { throw RouteProblem(.noAlert(id)) }
        return .document { $0.value(alert, full: true) }
    }
}
