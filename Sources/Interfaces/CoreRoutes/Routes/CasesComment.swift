internal import APIAccess
internal import CaseManagement
internal import JSON

/// `POST /api/cases/{case}/comments`: what somebody has to say of a case.
package enum CasesComment: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-comment", .post, "/api/cases/{case}/comments", in: .cases, "Add a comment to a case.",
        scope: .casesWrite,
        parameters: [.path("case", .identifier, "The case's number.")],
        body: .object([
            ValueSchema.Member("text", .text(.visible, lengths: 1...Core.noteLimit), "The comment.")
        ]), outcomes: [RouteDeclaration.Outcome(200, "The case as it stands now", .json(.named("Case")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        try core.changeCase(request) { (core, caseID) throws(CaseError) in
            try core.comment(caseID, request.member("text")?.text ?? "", by: request.actor)
        }
    }
}
