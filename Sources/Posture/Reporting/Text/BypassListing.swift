package import Assessment
import Findings
import HostModel

/// `bailey guard bypasses`: the ways around the privilege broker, a paragraph each, below the question that found them.
package struct BypassListing: Document {
    private let report: BypassReport
    private let style: TerminalStyle

    package init(_ report: BypassReport, style: TerminalStyle = .plain) {
        self.report = report
        self.style = style
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        for section in report.sections { try sink(Array(text(of: section).utf8)) }
        let counts = Bypass.Grade.allCases.map { "\(report.count($0)) \($0.rawValue)" }.joined(separator: ", ")
        try sink(Array("\(counts)\n\(gapLines(report.gaps, style))".utf8))
    }

    private func text(of section: BypassReport.Section) -> String {
        let search = section.search
        var text = style.paint(section.check.title, .strong) + style.paint("  \(section.check.id)", .faint) + "\n"
        for (bypass, finding) in zip(search.bypasses, section.findings) {
            let grade = bypass.grade.rawValue
            let lead = "  " + style.paint(grade, bypass.grade.ink) + String(repeating: " ", count: 11 - grade.count)
            text += wrapped(finding.title, style, indent: 13, first: lead, firstWidth: 13)
            for evidence in finding.evidence {
                text += wrapped("\(evidence.what) (\(evidence.source))", style, indent: 15, first: "             ")
            }
        }
        let remedies = zip(search.bypasses, section.findings).filter { $0.0.grade != .noted }.map(\.1.remediation)
        var shown: Set<String> = []
        for remedy in remedies where shown.insert(remedy).inserted {
            text += wrapped(remedy, style, indent: 4, first: "  → ")
        }
        for evidence in search.examined {
            text += wrapped("\(evidence.what) (\(evidence.source))", style, indent: 4, first: "  ")
        }
        return text + "\n"
    }
}

extension Bypass.Grade {
    fileprivate var ink: TerminalStyle.Ink {
        switch self {
        case .open: .bad
        case .narrow: .warning
        case .undecided: .warning
        case .noted: .faint
        }
    }
}
