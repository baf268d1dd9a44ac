/// What a token is good for. A route needs one of these; none includes another.
package enum APIScope: String, Sendable, CaseIterable, Comparable {
    case alertsRead = "alerts:read"
    case alertsWrite = "alerts:write"
    case casesRead = "cases:read"
    case casesWrite = "cases:write"
    case evidenceRead = "evidence:read"
    case feedbackRead = "feedback:read"
    case feedbackWrite = "feedback:write"
    case metricsRead = "metrics:read"
    case notificationsRead = "notifications:read"
    case notificationsWrite = "notifications:write"
    case reportsRead = "reports:read"
    case reportsWrite = "reports:write"

    package static func < (left: APIScope, right: APIScope) -> Bool { left.rawValue < right.rawValue }

    package var summary: String {
        switch self {
        case .alertsRead: "list and show alerts, summaries"
        case .alertsWrite: "send alerts, have texts judged; of a person, suppress alerts"
        case .casesRead: "list and show cases"
        case .casesWrite: "move, merge, split, assign, tag cases, and comment on them"
        case .evidenceRead: "fetch evidence packs"
        case .feedbackRead: "read the accuracy of verdicts, and the labelled alerts"
        case .feedbackWrite: "give feedback, and take it back"
        case .metricsRead: "read the metrics and the state of the core"
        case .notificationsRead: "list what was sent to people, waits or is dead, and check the channels"
        case .notificationsWrite: "send dead letters again, and give them up"
        case .reportsRead: "read key figures and reports"
        case .reportsWrite: "make reports"
        }
    }
}
