internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `GET /api/cases`: cases, newest first.
package enum CasesList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-list", .get, "/api/cases", in: .cases, "List cases, newest first.", scope: .casesRead,
        parameters: [
            .query("state", .choice(CaseState.allCases.map(\.rawValue)), "Only cases that stand there."),
            .query("severity", .choice(AlertSeverity.allCases.map(\.name)), "Only cases of this severity."),
            .query(
                "stalled", .flag,
                "With true only cases that nobody has moved for half an hour, and that are not over."),
            .query("before", .identifier, "Only cases with a lower number: the next page."),
            .query("limit", .integer(1...StoreReader.pageLimit), "So many; without it 50."),
        ], outcomes: [RouteDeclaration.Outcome(200, "The cases", .json(.named("CaseList")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        var filter = CaseFilter()
        filter.state = request.text("state").flatMap(CaseState.init(rawValue:))
        filter.severity = request.text("severity").flatMap(AlertSeverity.init(word:))
        if request.flag("stalled") == true {
            filter.stalledSince = core.now.adding(.zero - core.settings.stalledAfter)
        }
        filter.before = request.optionalNumber("before")
        filter.limit = request.optionalNumber("limit") ?? filter.limit
        let asked = filter
        let cases = try core.read { (reader) throws(StorageError) in try reader.cases(asked) }
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member("cases", array: { writer in for record in cases { writer.value(record) } })
            }
        }
    }
}
