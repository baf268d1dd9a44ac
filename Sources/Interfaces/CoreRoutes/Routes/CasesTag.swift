internal import APIAccess
internal import CaseManagement
internal import JSON

/// `POST /api/cases/{case}/tags`: a word that a case can be found by.
package enum CasesTag: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-tag", .post, "/api/cases/{case}/tags", in: .cases, "Tag a case.", scope: .casesWrite,
        parameters: [.path("case", .identifier, "The case's number.")],
        body: .object([
            ValueSchema.Member("tag", .name(), "The tag.")
        ]), outcomes: [RouteDeclaration.Outcome(200, "The case as it stands now", .json(.named("Case")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        try core.changeCase(request) { (core, caseID) throws(CaseError) in
            try core.tag(caseID, request.member("tag")?.text ?? "", by: request.actor)
        }
    }
}
