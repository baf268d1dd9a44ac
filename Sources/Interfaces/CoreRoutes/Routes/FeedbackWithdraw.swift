internal import APIAccess
internal import CaseManagement
internal import JSON

/// `DELETE /feedback/{feedback}`: as if it had never been said.
package enum FeedbackWithdraw: CoreRoute {
    package static let declaration = RouteDeclaration(
        "feedback-withdraw", .delete, "/feedback/{feedback}", in: .feedback,
        "Take feedback back: what it lowered is raised again.",
        details:
            "Its alert, and each like it that was judged with it in mind, is judged anew as if it had never been given, the newest first; their cases stay as they are. Where there are very many, some are left when this is answered, and the core goes on with them each minute. It is an analyst's word: the token has to be a person's.",
        scope: .feedbackWrite, isForPeople: true,
        parameters: [.path("feedback", .identifier, "The feedback's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "It is withdrawn", .json(.named("FeedbackWithdrawal")))],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("feedback")
        let withdrawal = try core.change { (core) throws(CaseError) in
            try core.withdrawFeedback(id, by: request.actor)
        }
        return .document { writer in
            writer.object {
                $0.member("feedback_id", id)
                $0.member("judged_anew", withdrawal.judgedAnew)
                $0.member("left", withdrawal.left)
            }
        }
    }
}
