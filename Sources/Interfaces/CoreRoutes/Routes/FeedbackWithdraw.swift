internal import APIAccess
internal import CaseManagement

/// `DELETE /feedback/{feedback}`: as if it had never been said.
package enum FeedbackWithdraw: CoreRoute {
    package static let declaration = RouteDeclaration(
        "feedback-withdraw", .delete, "/feedback/{feedback}", in: .feedback,
        "Take feedback back: its alert is judged anew, those like it when they come.",
        details: "It is an analyst's word: the token has to be a person's.", scope: .feedbackWrite, isForPeople: true,
        parameters: [.path("feedback", .identifier, "The feedback's number.")],
        outcomes: [RouteDeclaration.Outcome(204, "It is withdrawn")], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("feedback")
        try core.change { (core) throws(CaseError) in try core.withdrawFeedback(id, by: request.actor) }
        return .nothing
    }
}
