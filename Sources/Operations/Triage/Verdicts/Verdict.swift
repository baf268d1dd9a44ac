/// What triage makes of an alert.
package enum Verdict: Int, Sendable, CaseIterable, Comparable {
    case benign, low, medium, high, critical

    package static func < (left: Verdict, right: Verdict) -> Bool { left.rawValue < right.rawValue }

    /// As documents carry it.
    package var name: String {
        switch self {
        case .benign: "BENIGN"
        case .low: "LOW"
        case .medium: "MEDIUM"
        case .high: "HIGH"
        case .critical: "CRITICAL"
        }
    }

    package init?(name: String) {
        guard let verdict = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
        self = verdict
    }

    /// - Parameter points: 0 to 100.
    package init(points: Double) {
        self =
            switch points {
            case 85...: .critical
            case 65..<85: .high
            case 40..<65: .medium
            case 15..<40: .low
            default: .benign
            }
    }

    /// The points at which a verdict begins.
    package var floor: Double {
        switch self {
        case .benign: 0
        case .low: 15
        case .medium: 40
        case .high: 65
        case .critical: 85
        }
    }
}
