internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage

/// `POST /api/reports`: a report, made and kept.
package enum ReportsMake: CoreRoute {
    package static let declaration = RouteDeclaration(
        "reports-make", .post, "/api/reports", in: .figures, "Make a report of what happened, and keep it.",
        scope: .reportsWrite,
        body: .object([
            ValueSchema.Member("kind", .choice(Report.Kind.allCases.map(\.rawValue)), "Its kind."),
            ValueSchema.Member("case", .identifier, required: false, "The case that an incident report is about."),
        ]), outcomes: [RouteDeclaration.Outcome(201, "It is kept", .json(.named("ReportReceipt")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        guard let kind = request.member("kind")?.text.flatMap(Report.Kind.init(rawValue:)) else {
            throw RouteProblem(400, "kind is none of a report")
        }
        let caseID = request.memberNumber("case")
        let made = try core.read { (reader) throws(StorageError) in
            reader.makeReport(kind, caseID: caseID, now: core.now, settings: core.settings)
        }
        let id = try core.change { (core) throws(CaseError) in
            let report = try made.get()
            do throws(StorageError) { return try core.store(report) } catch { throw .storage(error) }
        }
        return .document(status: 201) { writer in writer.object { $0.member("report_id", id) } }
    }
}
