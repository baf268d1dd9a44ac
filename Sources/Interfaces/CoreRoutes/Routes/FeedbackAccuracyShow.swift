internal import APIAccess
internal import CaseManagement
internal import Storage

/// `GET /feedback/accuracy`: how often verdicts were right.
package enum FeedbackAccuracyShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "feedback-accuracy-show", .get, "/feedback/accuracy", in: .feedback,
        "Show how often verdicts were right: overall, by verdict and technique, with 95 % intervals.",
        scope: .feedbackRead, outcomes: [RouteDeclaration.Outcome(200, "The rates", .json(.named("Accuracy")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let accuracy = try core.read { (reader) throws(StorageError) in try reader.feedbackAccuracy() }
        return .document { $0.value(accuracy) }
    }
}
