internal import APIAccess
internal import CaseManagement
internal import Storage
internal import Triage

/// `GET /api/alerts/{alert}`: one alert with its triage.
package enum AlertsShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "alerts-show", .get, "/api/alerts/{alert}", in: .alerts,
        "Show an alert: verdict, reasons, techniques, what to do, what is not known.", scope: .alertsRead,
        parameters: [.path("alert", .identifier, "The triage id.")],
        outcomes: [RouteDeclaration.Outcome(200, "The alert", .json(.named("TriagedAlert")))], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("alert")
        let found = try core.read { (reader) throws(StorageError) in try reader.alert(id) }
        guard let alert = found else { throw RouteProblem(.noAlert(id)) }
        return .document { $0.value(alert, full: true) }
    }
}
