internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `GET /api/reports`: the reports that are kept.
package enum ReportsList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "reports-list", .get, "/api/reports", in: .figures, "List the reports that are kept, newest first.",
        scope: .reportsRead, parameters: [.query("limit", .integer(1...1_000), "So many; without it 50.")],
        outcomes: [RouteDeclaration.Outcome(200, "The reports", .json(.named("ReportList")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let limit = request.optionalNumber("limit") ?? 50
        let reports = try core.read { (reader) throws(StorageError) in try reader.reports(limit: limit) }
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member(
                    "reports",
                    array: { writer in
                        for report in reports {
                            writer.object {
                                $0.member("report_id", report.id)
                                $0.member("kind", report.kind)
                                $0.member("made_at", report.madeAt.description)
                            }
                        }
                    })
            }
        }
    }
}
