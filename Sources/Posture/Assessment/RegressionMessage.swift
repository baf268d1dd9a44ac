import Findings
import HostModel

import struct FoundationEssentials.Date

/// What a notification says about one run, as plain text: what is new or worse since the run before, the worst first.
///
/// Names in it come from the host, so every line is free of control characters, and the whole has at most 50 entries of at most 200
/// characters each; what is left out is counted.
package struct RegressionMessage: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    static let limit = 50

    /// Nil when there is nothing to tell: a comparison was made and nothing is new or worse, or there was none to make on the first
    /// run. A comparison that was not possible is told, because it would hide whatever became worse.
    package init?(_ assessment: PostureAssessment) {
        let regressions = assessment.newOrWorse
        let host = assessment.host.hostname.displayed
        var lines: [String] = []
        switch assessment.comparison {
        case .firstRun: return nil
        case .compared(let before):
            guard !regressions.isEmpty else { return nil }
            let since = before.map { " since \($0.documentText)" } ?? " since the run before"
            lines.append("Bailey: \(regressions.count) new or worse on \(host)\(since)")
        case .impossible(let gap):
            lines.append("Bailey: \(host) could not be compared with the run before: what became worse is not known")
            lines.append("- \("\(gap.what): \(gap.why)".displayed)")
        }
        lines += regressions.prefix(Self.limit).map { "- \(Self.line($0).displayed)" }
        if regressions.count > Self.limit {
            lines.append("- and \(regressions.count - Self.limit) more: see compliance-summary.json")
        }
        description = lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ regression: Regression) -> String {
        let (risk, title, now) = (regression.risk.rawValue, regression.title, regression.now)
        let before = regression.before ?? "not there"
        return switch regression.change {
        case .newFinding: "[\(risk)] new: \(title)"
        case .statusWorse: "[\(risk)] \(before) -> \(now): \(title) (\(regression.id))"
        case .riskWorse: "[\(now)] risk was \(before): \(title)"
        }
    }
}
