internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage

/// `GET /feedback/export`: the labelled alerts, a line of JSON each.
package enum FeedbackExport: CoreRoute {
    package static let declaration = RouteDeclaration(
        "feedback-export", .get, "/feedback/export", in: .feedback,
        "Export the labelled alerts, a line of JSON each: what others may learn from.", scope: .feedbackRead,
        outcomes: [RouteDeclaration.Outcome(200, "The labelled alerts, oldest first", .text("application/x-ndjson"))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let labelled = try core.read { (reader) throws(StorageError) in try reader.labelledAlerts() }
        var lines: [UInt8] = []
        for alert in labelled {
            var writer = JSONWriter(pretty: false)
            writer.value(alert)
            lines += writer.drain() + [0x0a]
        }
        return RouteAnswer(mediaType: "application/x-ndjson", body: lines)
    }
}
