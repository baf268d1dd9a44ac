internal import APIAccess
internal import CaseManagement
internal import JSON

/// `POST /api/cases/{case}/transition`: the next state of a case.
package enum CasesMove: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-move", .post, "/api/cases/{case}/transition", in: .cases, "Move a case on, or close it.",
        scope: .casesWrite,
        parameters: [.path("case", .identifier, "The case's number.")],
        body: .object([
            ValueSchema.Member("state", .choice(CaseState.allCases.map(\.rawValue)), "The state it is to have."),
            ValueSchema.Member(
                "note", .text(.any, lengths: 0...Core.noteLimit), required: false, "Why, for the history.",
                standard: .text("")),
        ]), outcomes: [RouteDeclaration.Outcome(200, "The case as it stands now", .json(.named("Case")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        guard let state = request.member("state")?.text.flatMap(CaseState.init(rawValue:)) else {
            throw RouteProblem(400, "state is none of a case")
        }
        return try core.changeCase(request) { (core, caseID) throws(CaseError) in
            try core.move(caseID, to: state, by: request.actor, note: request.member("note")?.text ?? "")
        }
    }
}
