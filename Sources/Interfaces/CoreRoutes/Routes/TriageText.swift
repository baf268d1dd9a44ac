internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `POST /triage`: an alert in words.
package enum TriageText: CoreRoute {
    package static let declaration = RouteDeclaration(
        "triage-text", .post, "/triage", in: .alerts, "Have a text judged: verdict, reasons, techniques, what to do.",
        details:
            "It is stored and joined to cases like any other alert, unless store is false. As with those, what is longer than 100,000 characters is cut, and of a key that is there twice the last counts.",
        scope: .alertsWrite, isSanitised: true,
        body: .object([
            ValueSchema.Member("alert_text", .text(.notBlank, lengths: 1...10_000_000), "The alert's text."),
            ValueSchema.Member(
                "top_k", .integer(1...50), required: false, "How many techniques at most.", standard: .number(5)),
            ValueSchema.Member(
                "store", .flag, required: false, "With false it is judged alone: nothing is kept.",
                standard: .flag(true)),
        ]),
        outcomes: [
            RouteDeclaration.Outcome(
                200, "It was known, and is counted; or was only judged", .json(.named("TextTriage"))),
            RouteDeclaration.Outcome(201, "It is new", .json(.named("TextTriage"))),
        ])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let alert: Alert
        do throws(IngestionError) {
            alert = try AlertReaders.read(text: request.member("alert_text")?.text ?? "")
        } catch { throw RouteProblem(400, error.description) }
        let limit = request.memberNumber("top_k") ?? 5
        let writer = try core.core()
        guard request.member("store")?.flag ?? true else {
            let result = writer.judge(alert, techniques: limit)
            return .document { document in
                document.object { document in
                    document.member("triage", result.document(entities: alert.entities))
                }
            }
        }
        let outcome: IngestionOutcome
        do throws(StorageError) { outcome = try writer.ingest(alert) } catch { throw RouteProblem(error) }
        guard let id = outcome.alert else { throw RouteProblem(503, "the text was not taken in") }
        let found = try core.read { (reader) throws(StorageError) in try reader.alert(id) }
        guard let stored = found else { throw RouteProblem(.noAlert(id)) }
        let techniques = writer.judge(alert, techniques: limit).techniques
        return .document(status: outcome.status.code) { $0.value(stored, techniques: techniques) }
    }
}
