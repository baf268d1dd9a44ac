internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Triage

/// `POST /feedback`: whether a verdict was right.
package enum FeedbackGive: CoreRoute {
    package static let declaration = RouteDeclaration(
        "feedback-give", .post, "/feedback", in: .feedback,
        "Say whether an alert was real: alerts like it are judged with that in mind.",
        details: "It is an analyst's word: the token has to be a person's.", scope: .feedbackWrite, isForPeople: true,
        body: .object([
            ValueSchema.Member("triage_id", .identifier, "The alert."),
            ValueSchema.Member("label", .choice(FeedbackLabel.allCases.map(\.rawValue)), "What it was."),
            ValueSchema.Member(
                "verdict", .choice(Verdict.allCases.map(\.name)), required: false, "The verdict it should have had."),
            ValueSchema.Member(
                "techniques", .array(of: .text(.technique, lengths: 5...9), counts: 0...32), required: false,
                "What it really was, by ids of ATT&CK."),
            ValueSchema.Member("note", .text(.any, lengths: 0...Core.noteLimit), required: false, "Why."),
        ]), outcomes: [RouteDeclaration.Outcome(201, "It is kept", .json(.named("FeedbackReceipt")))],
        problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        guard let label = request.member("label")?.text.flatMap(FeedbackLabel.init(rawValue:)) else {
            throw RouteProblem(400, "label is none")
        }
        let id = try core.change { (core) throws(CaseError) in
            try core.giveFeedback(
                on: request.memberNumber("triage_id") ?? 0, label,
                corrected: request.member("verdict")?.text.flatMap(Verdict.init(name:)),
                techniques: (request.member("techniques")?.elements ?? []).compactMap(\.text),
                note: request.member("note")?.text ?? "", by: request.actor)
        }
        return .document(status: 201) { writer in
            writer.object {
                $0.member("feedback_id", id)
                $0.member("analyst", request.actor)
            }
        }
    }
}
