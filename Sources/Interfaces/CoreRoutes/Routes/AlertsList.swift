internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `GET /api/alerts`: alerts, newest first.
package enum AlertsList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "alerts-list", .get, "/api/alerts", in: .alerts, "List alerts, newest first.", scope: .alertsRead,
        parameters: [
            .query("severity", .choice(AlertSeverity.allCases.map(\.name)), "Only alerts of this severity."),
            .query("case", .identifier, "Only alerts of this case."),
            .query("entity", .name(upTo: 500), "Only alerts of cases with this address, user, hash or other entity."),
            .query("before", .identifier, "Only alerts with a lower id: the next page."),
            .query("limit", .integer(1...StoreReader.pageLimit), "So many; without it 50."),
        ], outcomes: [RouteDeclaration.Outcome(200, "The alerts", .json(.named("AlertList")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        var filter = AlertFilter()
        filter.severity = request.text("severity").flatMap(AlertSeverity.init(word:))
        filter.caseID = request.optionalNumber("case")
        filter.entity = request.text("entity")
        filter.before = request.optionalNumber("before")
        filter.limit = request.optionalNumber("limit") ?? filter.limit
        let asked = filter
        let alerts = try core.read { (reader) throws(StorageError) in try reader.alerts(asked) }
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member(
                    "alerts", array: { writer in for alert in alerts { writer.value(alert, full: false) } })
            }
        }
    }
}
