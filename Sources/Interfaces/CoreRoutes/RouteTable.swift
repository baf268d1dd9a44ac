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
        case found(any CoreRoute.Type, [String: String])
        /// The path is there, for other methods.
        case otherMethod([String])
        case nothing
    }

    /// What of a route decides whether a request is for it.
    private struct Pattern {
        /// A part of a path: a word, or a parameter's name.
        enum Segment: Equatable {
            case word(String)
            case parameter(String)
        }

        let route: any CoreRoute.Type
        let method: String
        let segments: [Segment]
        let parameterCount: Int

        init(_ route: any CoreRoute.Type) {
            self.route = route
            method = route.declaration.method.rawValue
            segments = route.declaration.segments.map {
                $0.hasPrefix("{") ? .parameter(String($0.dropFirst().dropLast())) : .word(String($0))
            }
            parameterCount = segments.count { if case .parameter = $0 { true } else { false } }
        }

        func fits(_ path: [String]) -> Bool {
            segments.count == path.count
                && zip(segments, path).allSatisfy { segment, part in
                    switch segment {
                    case .word(let word): word == part
                    case .parameter: !part.isEmpty
                    }
                }
        }

        func values(in path: [String]) -> [String: String] {
            var values: [String: String] = [:]
            for case (.parameter(let name), let part) in zip(segments, path) { values[name] = part }
            return values
        }
    }

    private static let patterns = all.map(Pattern.init)

    /// - Parameter path: as it was sent. Where both fit, a word wins over a parameter: `/feedback/accuracy` is no feedback's number.
    package static func match(_ method: String, _ path: String) -> Match {
        // One spelling of a path: no slash doubled or at its end.
        guard path.utf8.first == UInt8(ascii: "/") else { return .nothing }
        let segments = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let fitting = patterns.filter { $0.fits(segments) }
        guard let fewest = fitting.map(\.parameterCount).min() else { return .nothing }
        let best = fitting.filter { $0.parameterCount == fewest }
        // Whoever may read a document may ask for its head (RFC 9110 §9.3.2).
        let wanted = method == "HEAD" ? "GET" : method
        if let found = best.first(where: { $0.method == wanted }) {
            return .found(found.route, found.values(in: segments))
        }
        let methods = Set(best.map(\.method))
        return .otherMethod((methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted())
    }
}
