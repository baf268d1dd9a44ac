import Assessment
import ControlFrameworks
import Findings
import HostModel
import Policies

/// The small marked words of the page. Each says in letters what its colour says, and a sign of its own shape stands before a status.
enum Badge {
    static func status(_ outcome: Outcome) -> HTML {
        "<span class=\"status \(outcome.styleName)\"><span class=\"sign\" aria-hidden=\"true\">\(outcome.sign)</span>\(outcome.label)</span>"
    }

    static func risk(_ risk: Severity) -> HTML { "<span class=\"risk \(risk.rawValue)\">\(risk.rawValue)</span>" }

    static func verdict(_ verdict: PortVerdict) -> HTML { self.verdict(verdict.rawValue, verdict.outcome) }

    static func verdict(_ verdict: EgressVerdict) -> HTML { self.verdict(verdict.rawValue, verdict.outcome) }

    private static func verdict(_ word: String, _ outcome: Outcome) -> HTML {
        "<span class=\"status \(outcome.styleName)\"><span class=\"sign\" aria-hidden=\"true\">\(outcome.sign)</span>\(word)</span>"
    }

    static func mark(_ word: String) -> HTML { "<span class=\"mark \(word)\">\(word)</span>" }

    /// Control ids as a list, each with its framework for those who do not know the spelling.
    static func controls(_ controls: [ControlID]) -> HTML? {
        guard !controls.isEmpty else { return nil }
        let items = controls.map { control -> HTML in
            "<li title=\"\(control.framework.title): \(ControlCatalogue.title(of: control) ?? "")\">\(control.id)</li>"
        }
        return "<ul class=\"controls\">\(items)</ul>"
    }
}

extension Outcome {
    /// The class in the style sheet.
    var styleName: String {
        switch self {
        case .violation: "violation"
        case .partial: "partial"
        case .compliant: "compliant"
        case .notApplicable: "inapplicable"
        case .notAssessed: "unassessed"
        }
    }

    /// A sign that is told apart by shape alone.
    var sign: HTML {
        switch self {
        case .violation: "✕"
        case .partial: "◐"
        case .compliant: "✓"
        case .notApplicable: "–"
        case .notAssessed: "?"
        }
    }
}

extension PortVerdict {
    /// The status whose colour and sign it wears.
    var outcome: Outcome {
        switch self {
        case .approved: .compliant
        case .expired: .partial
        case .unapproved, .insecure: .violation
        }
    }
}

extension EgressVerdict {
    /// The status whose colour and sign it wears.
    var outcome: Outcome {
        switch self {
        case .approved: .compliant
        case .expired: .partial
        case .unapproved: .violation
        }
    }
}
