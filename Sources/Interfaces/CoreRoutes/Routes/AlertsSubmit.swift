internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `POST /api/alerts`: alerts in.
package enum AlertsSubmit: CoreRoute {
    package static let declaration = RouteDeclaration(
        "alerts-submit", .post, "/api/alerts", in: .alerts, "Send alerts: they are stored, judged and joined to cases.",
        details:
            "One JSON object, an array, or NDJSON (a line each), of Wazuh, Bailey, OCSF, Elastic Common Schema, Splunk, or any product that has a title, message, description or alert_text. Each alert stands or falls by itself. What was acknowledged is on disk.",
        scope: .alertsWrite,
        parameters: [
            .query("store", .flag, "With false the alerts are judged alone: nothing is kept, nothing joined.")
        ], body: .alerts,
        outcomes: [
            RouteDeclaration.Outcome(
                200, "All were known and are counted, or were only judged", .json(.named("Submission"))),
            RouteDeclaration.Outcome(201, "All are new", .json(.named("Submission"))),
            RouteDeclaration.Outcome(207, "Each has its own status", .json(.named("Submission"))),
        ])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let submitted: SubmittedAlerts
        do throws(IngestionError) { submitted = try SubmittedAlerts(parsing: request.bytes) } catch {
            throw RouteProblem(400, error.description)
        }
        return try request.flag("store") == false
            ? judge(submitted, core.core()) : ingest(submitted, by: request.actor, core.core())
    }

    private static func ingest(
        _ submitted: SubmittedAlerts, by sender: String, _ core: Core
    ) throws(RouteProblem) -> RouteAnswer {
        let outcomes: [IngestionOutcome]
        do throws(StorageError) {
            outcomes = try core.ingest(submitted, by: sender)
        } catch { throw RouteProblem(error) }
        let reasons = outcomes.compactMap { if case .rejected(let why) = $0.status { why } else { nil } }
        return try submission(status: IngestionOutcome.code(of: outcomes), reasons) { writer in
            for outcome in outcomes { writer.value(outcome) }
        }
    }

    private static func judge(_ submitted: SubmittedAlerts, _ core: Core) throws(RouteProblem) -> RouteAnswer {
        let codes = Set(submitted.items.map { if case .success = $0 { 200 } else { 400 } })
        let reasons = submitted.items.compactMap { if case .failure(let error) = $0 { error.description } else { nil } }
        return try submission(status: codes.count == 1 ? codes.first ?? 200 : codes.isEmpty ? 200 : 207, reasons) {
            writer in
            for item in submitted.items {
                writer.object { writer in
                    switch item {
                    case .success(let alert):
                        writer.member("status", 200)
                        writer.member("result", "judged")
                        writer.member("triage", core.judge(alert).document(entities: alert.entities))
                    case .failure(let error):
                        writer.member("status", 400)
                        writer.member("result", "rejected")
                        writer.member("error", error.description)
                    }
                }
            }
        }
    }

    /// Where nothing was right it is an error, whose reason is that of the first.
    private static func submission(
        status: Int, _ reasons: [String], _ results: (inout JSONWriter) -> Void
    ) throws(RouteProblem) -> RouteAnswer {
        var writer = JSONWriter(pretty: false)
        if status == 400, let first = reasons.first {
            writer.array(results)
            var problem = RouteProblem(
                400,
                reasons.count == 1 ? first : "none of the \(reasons.count) alerts was taken in; the first: \(first)")
            problem.results = writer.drain()
            throw problem
        }
        writer.object { writer in
            writer.member("status", status)
            writer.member("results", array: results)
        }
        return RouteAnswer(status: status, mediaType: "application/json", body: writer.drain() + [0x0a])
    }
}
