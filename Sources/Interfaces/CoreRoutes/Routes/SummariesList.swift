internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `GET /api/summaries`: what triage made of alerts, by what is asked for.
package enum SummariesList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "summaries-list", .get, "/api/summaries", in: .alerts, "List what triage made of alerts, newest first.",
        details:
            "A page looks at no more than \(StoreReader.scanLimit) alerts, so that it costs the same with any number stored. Where `next` is there, the next page is asked for with before=NEXT, even if this one has few.",
        scope: .alertsRead,
        parameters: [
            .query("verdict", .choice(Verdict.allCases.map(\.name)), "Only alerts of this verdict."),
            .query("severity", .choice(AlertSeverity.allCases.map(\.name)), "Only alerts of this severity."),
            .query(
                "state", .choice(["open", "resolved", "suppressed", "unchecked"]),
                "Only alerts that stand there. Nothing looks any more for what is unchecked: it may be there or not."),
            .query("source", .choice(AlertSource.allCases.map(\.rawValue)), "Only alerts of this source."),
            .query("host", .name(upTo: 253), "Only alerts of this host."),
            .query("since", .time, "Only alerts last seen then or later."),
            .query("until", .time, "Only alerts last seen before then."),
            .query("before", .identifier, "Only alerts with a lower id: the next page."),
            .query("limit", .integer(1...StoreReader.pageLimit), "So many; without it 50."),
        ], outcomes: [RouteDeclaration.Outcome(200, "The summaries", .json(.named("SummaryList")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        var filter = SummaryFilter()
        filter.verdict = request.text("verdict").flatMap(Verdict.init(name:))
        filter.severity = request.text("severity").flatMap(AlertSeverity.init(word:))
        filter.state = request.text("state")
        filter.source = request.text("source")
        filter.host = request.text("host")?.lowercased()
        filter.since = request.text("since").flatMap(EventTime.init(text:))
        filter.until = request.text("until").flatMap(EventTime.init(text:))
        filter.before = request.optionalNumber("before")
        filter.limit = request.optionalNumber("limit") ?? filter.limit
        let asked = filter
        let page = try core.read { (reader) throws(StorageError) in try reader.summaries(asked) }
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member(
                    "summaries",
                    array: { writer in for alert in page.alerts { writer.value(alert, AlertMember.summary) } })
                writer.key("next")
                if let next = page.next { writer.value(next) } else { writer.null() }
            }
        }
    }
}
