/// How bad a finding is, or how large the risk of a check that is not met.
package enum Severity: String, Sendable, CaseIterable, Comparable {
    case low, medium, high, critical

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }
}
