internal import APIAccess
internal import CaseManagement
internal import JSON

/// `GET /api/cases/{case}/timeline`: what happened, in the order of time.
package enum CasesTimeline: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-timeline", .get, "/api/cases/{case}/timeline", in: .cases,
        "Show what happened in a case, in the order of time.", scope: .casesRead,
        parameters: [.path("case", .identifier, "The case's number.")],
        outcomes: [
            RouteDeclaration.Outcome(
                200, "What happened", .json(.array(of: .named("TimelineEntry"), counts: 0...10_000_000)))
        ],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let file = try core.caseFile(try request.number("case"))
        return .document { writer in writer.array { for entry in Timeline(file).entries { $0.value(entry) } } }
    }
}
