internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `GET /api/alerts`: alerts, newest first.
package enum AlertsList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "alerts-list", .get, "/api/alerts", in: .alerts, "List alerts, newest first.",
        details:
            "With entity a page looks at no more than \(StoreReader.entityScanLimit) alerts, so that it costs the same with any number stored. Where `next` is there, all alerts from that id on were looked at, and the next page is asked for with before=NEXT, even if this one has few.",
        scope: .alertsRead,
        parameters: [
            .query("severity", .choice(AlertSeverity.allCases.map(\.name)), "Only alerts of this severity."),
            .query("case", .identifier, "Only alerts of this case."),
            .query(
                "entity", .name(upTo: 500),
                "Only alerts that name this address, user, hash or other entity, in capitals or not."),
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
        let page = try core.read { (reader) throws(StorageError) in try reader.alertPage(asked) }
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member(
                    "alerts", array: { writer in for alert in page.alerts { writer.value(alert, full: false) } })
                writer.key("next")
                if let next = page.next { writer.value(next) } else { writer.null() }
            }
        }
    }
}
