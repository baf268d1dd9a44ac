/// Where a case stands.
package enum CaseState: String, Sendable, CaseIterable {
    case open, triaged, correlated, investigated, planned, approved, executed, rejected
    case falsePositive = "false_positive"
    case closed

    /// The states that may come next.
    package var successors: [CaseState] {
        switch self {
        case .open: [.triaged, .falsePositive, .closed]
        case .triaged: [.correlated, .falsePositive, .closed]
        case .correlated: [.investigated, .falsePositive, .closed]
        case .investigated: [.planned, .falsePositive, .closed]
        case .planned: [.approved, .rejected, .falsePositive, .closed]
        case .approved: [.executed, .falsePositive, .closed]
        case .executed: [.closed, .falsePositive]
        case .rejected: [.open, .closed]
        case .falsePositive: [.open]
        case .closed: []
        }
    }

    package func permits(_ next: CaseState) -> Bool { successors.contains(next) }

    /// Nothing joins a case that is over; what would have opens a new one that refers to it.
    package var isOver: Bool { self == .closed || self == .falsePositive }

    static func isOver(_ name: String) -> Bool { CaseState(rawValue: name)?.isOver ?? true }
}
