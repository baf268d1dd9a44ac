internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `POST /api/cases/{case}/split`: alerts that do not belong to a case.
package enum CasesSplit: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-split", .post, "/api/cases/{case}/split", in: .cases, "Take alerts out of a case into a new one.",
        scope: .casesWrite, parameters: [.path("case", .identifier, "The case's number.")],
        body: .object([
            ValueSchema.Member(
                "alerts", .array(of: .identifier, counts: 1...1_000), "The triage ids of the alerts that go.")
        ]), outcomes: [RouteDeclaration.Outcome(201, "Both cases as they stand now", .json(.named("Split")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let caseID = try request.number("case")
        let alerts = Set(
            (request.member("alerts")?.elements ?? []).compactMap { $0.number.flatMap { Int(exactly: $0) } })
        let new = try core.change { (core) throws(CaseError) in
            try core.split(caseID, alerts: alerts, by: request.actor)
        }
        let (left, made) = try core.read { (reader) throws(StorageError) in
            (try reader.caseRecord(caseID), try reader.caseRecord(new))
        }
        guard let left, let made else { throw RouteProblem(.noCase(caseID)) }
        return .document(status: 201) { writer in
            writer.object { writer in
                writer.key("case")
                writer.value(left)
                writer.key("new_case")
                writer.value(made)
            }
        }
    }
}
