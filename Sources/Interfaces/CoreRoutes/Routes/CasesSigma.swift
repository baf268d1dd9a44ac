internal import APIAccess
internal import CaseManagement

/// `GET /api/cases/{case}/sigma`: a draft of a Sigma rule.
package enum CasesSigma: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-sigma", .get, "/api/cases/{case}/sigma", in: .cases,
        "Draft a Sigma rule for what a case has in common.", scope: .casesRead,
        parameters: [.path("case", .identifier, "The case's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "The rule", .text("application/yaml"))], problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let file = try core.caseFile(try request.number("case"))
        guard let rule = SigmaRule.draft(of: file, now: core.now) else {
            throw RouteProblem(409, "case \(file.record.id) has nothing specific that a rule could look for")
        }
        return RouteAnswer(mediaType: "application/yaml", body: Array(rule.utf8))
    }
}
