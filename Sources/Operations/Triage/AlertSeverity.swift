package import Findings

/// How bad an alert is by its source's word. Findings of this host begin at `low`; alerts from outside may be news alone.
package enum AlertSeverity: Int, Sendable, CaseIterable, Comparable {
    case informational, low, medium, high, critical

    package static func < (left: AlertSeverity, right: AlertSeverity) -> Bool { left.rawValue < right.rawValue }

    /// As documents carry it.
    package var name: String {
        switch self {
        case .informational: "informational"
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .critical: "critical"
        }
    }

    package init(_ severity: Severity) {
        self =
            switch severity {
            case .low: .low
            case .medium: .medium
            case .high: .high
            case .critical: .critical
            }
    }

    /// A Wazuh rule's level, 0 to 16 (https://documentation.wazuh.com, rules classification).
    package init(wazuhLevel level: Double) {
        self =
            switch level {
            case 13...: .critical
            case 10..<13: .high
            case 7..<10: .medium
            case 4..<7: .low
            default: .informational
            }
    }

    /// The words that products use for it; nil for any other.
    package init?(word: String) {
        switch word.lowercased() {
        case "informational", "information", "info", "notice", "debug", "none", "unknown": self = .informational
        case "low", "minor": self = .low
        case "medium", "moderate", "warning", "warn": self = .medium
        case "high", "major", "error", "severe": self = .high
        case "critical", "fatal", "emergency", "alert", "very high": self = .critical
        default: return nil
        }
    }

    /// OCSF's `severity_id` (https://schema.ocsf.io): 1 informational to 5 critical, 6 fatal.
    package init?(ocsf number: Double) {
        switch number {
        case 1: self = .informational
        case 2: self = .low
        case 3: self = .medium
        case 4: self = .high
        case 5, 6: self = .critical
        default: return nil
        }
    }
}
