internal import APIAccess
internal import CaseManagement
internal import Storage

/// `GET /metrics`: the numbers in Prometheus' text format.
package enum Metrics: CoreRoute {
    package static let declaration = RouteDeclaration(
        "metrics", .get, "/metrics", in: .service, "The numbers in Prometheus' text format.", scope: .metricsRead,
        outcomes: [RouteDeclaration.Outcome(200, "The numbers", .text("text/plain"))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let text = try core.read { (reader) throws(StorageError) in
            try PrometheusText.text(of: reader, now: core.now)
        }
        return RouteAnswer(mediaType: PrometheusText.contentType, body: Array(text.utf8))
    }
}
