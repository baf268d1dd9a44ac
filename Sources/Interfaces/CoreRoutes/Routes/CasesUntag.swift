internal import APIAccess
internal import CaseManagement

/// `DELETE /api/cases/{case}/tags/{tag}`: a tag goes.
package enum CasesUntag: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-untag", .delete, "/api/cases/{case}/tags/{tag}", in: .cases, "Take a tag from a case.",
        scope: .casesWrite,
        parameters: [
            .path("case", .identifier, "The case's number."), .path("tag", .name(), "The tag."),
        ], outcomes: [RouteDeclaration.Outcome(200, "The case as it stands now", .json(.named("Case")))],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        try core.changeCase(request) { (core, caseID) throws(CaseError) in
            try core.tag(caseID, request.text("tag") ?? "", remove: true, by: request.actor)
        }
    }
}
