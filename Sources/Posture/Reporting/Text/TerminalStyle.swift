import Assessment
import Findings
import Policies

/// How text for people is dressed: with colours or without, and how wide. The caller knows what it writes to.
package struct TerminalStyle: Sendable, Hashable {
    package var isColored: Bool
    /// Where running text is broken. Tables are as wide as they need to be.
    package var columns: Int

    package init(isColored: Bool, columns: Int = 100) {
        self.isColored = isColored
        self.columns = min(max(columns, 40), 140)
    }

    package static let plain = TerminalStyle(isColored: false)

    /// Select Graphic Rendition codes (ECMA-48 §8.3.117) of the sixteen colours every terminal has, so that its theme stays in charge.
    enum Ink: String {
        case alarm = "1;31"
        case bad = "31"
        case warning = "33"
        case good = "32"
        case faint = "2"
        case strong = "1"
        case plain = "0"
    }

    func paint(_ text: String, _ ink: Ink) -> String {
        isColored && ink != .plain && !text.isEmpty ? "\u{1b}[\(ink.rawValue)m\(text)\u{1b}[0m" : text
    }
}

extension Severity {
    var ink: TerminalStyle.Ink {
        switch self {
        case .critical: .alarm
        case .high: .bad
        case .medium: .warning
        case .low: .plain
        }
    }
}

extension Outcome {
    var ink: TerminalStyle.Ink {
        switch self {
        case .violation: .bad
        case .partial: .warning
        case .compliant: .good
        case .notApplicable, .notAssessed: .faint
        }
    }
}

extension PortVerdict {
    var ink: TerminalStyle.Ink {
        switch self {
        case .approved: .good
        case .unapproved, .insecure: .bad
        case .expired: .warning
        }
    }
}

extension EgressVerdict {
    var ink: TerminalStyle.Ink {
        switch self {
        case .approved: .good
        case .unapproved: .bad
        case .expired: .warning
        }
    }
}
