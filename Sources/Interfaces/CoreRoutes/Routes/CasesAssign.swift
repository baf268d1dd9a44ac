internal import APIAccess
internal import CaseManagement
internal import JSON

/// `POST /api/cases/{case}/assign`: who looks after a case.
package enum CasesAssign: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-assign", .post, "/api/cases/{case}/assign", in: .cases, "Give a case to somebody.", scope: .casesWrite,
        parameters: [.path("case", .identifier, "The case's number.")],
        body: .object([
            ValueSchema.Member("assignee", .optional(.name()), "To whom; null for nobody.")
        ]), outcomes: [RouteDeclaration.Outcome(200, "The case as it stands now", .json(.named("Case")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        try core.changeCase(request) { (core, caseID) throws(CaseError) in
            try core.assign(caseID, to: request.member("assignee")?.text ?? "", by: request.actor)
        }
    }
}
