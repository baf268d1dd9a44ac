/// Every route, by name, and which of them a request is for.
package enum RouteTable {
    package static let all: [any CoreRoute.Type] = [
        AlertsList.self,
        AlertsPayload.self,
        AlertsShow.self,
        AlertsSubmit.self,
        AlertsSuppress.self,
        CasesAssign.self,
        CasesComment.self,
        CasesEvidence.self,
        CasesList.self,
        CasesMerge.self,
        CasesMove.self,
        CasesShow.self,
        CasesSigma.self,
        CasesSplit.self,
        CasesTag.self,
        CasesTimeline.self,
        CasesUntag.self,
        DocumentationShow.self,
        EvidenceKeyShow.self,
        FeedbackAccuracyShow.self,
        FeedbackExport.self,
        FeedbackGive.self,
        FeedbackWithdraw.self,
        Health.self,
        KeyFiguresShow.self,
        Metrics.self,
        NotificationsCheck.self,
        NotificationsDrop.self,
        NotificationsDropAll.self,
        NotificationsList.self,
        NotificationsRetry.self,
        NotificationsRetryAll.self,
        NotificationsShow.self,
        OpenAPIShow.self,
        PlaybooksList.self,
        PlaybooksShow.self,
        Ready.self,
        ReportsList.self,
        ReportsMake.self,
        ReportsShow.self,
        StatusShow.self,
        SummariesList.self,
        TriageText.self,
        VersionShow.self,
    ]

    package enum Match: Sendable {
        /// The values of the path's parameters are as they were sent.
        case found(any CoreRoute.Type, [String: Substring])
        /// The path is there, for other methods.
        case otherMethod([String])
        case nothing
    }

    private static let entries = all.map { ($0, $0.declaration.segments) }

    /// - Parameter path: as it was sent. Where both fit, a word wins over a parameter: `/feedback/accuracy` is no feedback's number.
    package static func match(_ method: String, _ path: String) -> Match {
        // One spelling of a path: no slash doubled or at its end.
        guard path.hasPrefix("/") else { return .nothing }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let fitting = entries.compactMap { route, pattern in
            values(segments, pattern).map { (route: route, values: $0) }
        }
        guard let fewest = fitting.map(\.values.count).min() else { return .nothing }
        let best = fitting.filter { $0.values.count == fewest }
        // Whoever may read a document may ask for its head (RFC 9110 §9.3.2).
        let wanted = method == "HEAD" ? "GET" : method
        if let found = best.first(where: { $0.route.declaration.method.rawValue == wanted }) {
            return .found(found.route, found.values)
        }
        let methods = Set(best.map { $0.route.declaration.method.rawValue })
        return .otherMethod((methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted())
    }

    private static func values(_ segments: [Substring], _ pattern: [Substring]) -> [String: Substring]? {
        guard segments.count == pattern.count else { return nil }
        var values: [String: Substring] = [:]
        for (segment, expected) in zip(segments, pattern) {
            if expected.hasPrefix("{") {
                guard !segment.isEmpty else { return nil }
                values[String(expected.dropFirst().dropLast())] = segment
            } else if segment != expected {
                return nil
            }
        }
        return values
    }
}
