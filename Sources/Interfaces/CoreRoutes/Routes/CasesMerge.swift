internal import APIAccess
internal import CaseManagement

/// `POST /api/cases/{case}/merge`: two cases that are one.
package enum CasesMerge: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-merge", .post, "/api/cases/{case}/merge", in: .cases,
        "Put all of a case into another, and close the first.", scope: .casesWrite,
        parameters: [.path("case", .identifier, "The case's number.")],
        body: .object([
            ValueSchema.Member("into", .identifier, "The case that goes on.")
        ]), outcomes: [RouteDeclaration.Outcome(200, "The case as it stands now", .json(.named("Case")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let target = request.memberNumber("into") ?? 0
        return try core.changeCase(request) { (core, caseID) throws(CaseError) in
            try core.merge(caseID, into: target, by: request.actor)
        }
    }
}
