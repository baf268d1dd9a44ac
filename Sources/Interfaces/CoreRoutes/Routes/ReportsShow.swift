internal import APIAccess
internal import CaseManagement
internal import Storage

/// `GET /api/reports/{report}`: a report that is kept.
package enum ReportsShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "reports-show", .get, "/api/reports/{report}", in: .figures, "Show a report: a JSON document, or the page.",
        scope: .reportsRead,
        parameters: [
            .path("report", .identifier, "The report's number."),
            .query("format", .choice(["json", "html"]), "Which of its forms; without it json."),
        ],
        outcomes: [
            RouteDeclaration.Outcome(200, "The report", .json(.anything)),
            RouteDeclaration.Outcome(200, "The report as a page", .text("text/html")),
        ], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("report")
        let isPage = request.text("format") == "html"
        let found = try core.read { (reader) throws(StorageError) in try reader.report(id, asPage: isPage) }
        guard let report = found else { throw RouteProblem(404, "there is no report \(id)") }
        return RouteAnswer(
            mediaType: isPage ? "text/html; charset=utf-8" : "application/json", body: Array(report.utf8))
    }
}
