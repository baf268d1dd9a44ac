package import Assessment
import ControlFrameworks
import Findings
import HostModel
import Policies
internal import TerminalText

/// What `bailey assess` prints: how the host stands, what is wrong first and what to do about it, what became worse, and what nobody
/// could look at. Where the dashboard lies is for the caller to add.
package struct AssessmentSummary: Document {
    private let assessment: PostureAssessment
    private let style: TerminalStyle
    /// How many items of the list are shown; the documents have them all.
    private let limit: Int

    package init(_ assessment: PostureAssessment, style: TerminalStyle = .plain, limit: Int = 10) {
        self.assessment = assessment
        self.style = style
        self.limit = limit
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        let parts = [
            heading, counts, worklist, regressions, monitors, controls, unassessed, gapLines(assessment.gaps, style),
        ]
        try sink(Array(parts.joined().utf8))
    }

    private var heading: String {
        let host = assessment.host
        let system = ([host.operatingSystem] + (host.kernel.map { ["Linux \($0)"] } ?? [])).joined(separator: ", ")
        let name = style.paint(terminalSafe(host.hostname), .strong)
        let tree = host.isLive ? "" : ", file tree \(terminalSafe(host.root))"
        let observer = host.isLive && host.observer != .root ? ", seen by uid \(host.observer) without root" : ""
        return "\(name)  \(terminalSafe(system))\(tree)\n"
            + style.paint(Timestamp(assessment.generatedAt).readable + observer, .faint) + "\n"
    }

    private var counts: String {
        let tally = Tally(assessment.results.map(\.outcome))
        let words = Outcome.allCases.map { style.paint("\(tally[$0]) \($0.label)", tally[$0] > 0 ? $0.ink : .faint) }
        return "\n" + style.paint(counted(assessment.results.count, "check"), .strong) + ": "
            + words.joined(separator: ", ") + "\n"
    }

    private var worklist: String {
        let items = Worklist(assessment).items
        guard !items.isEmpty else { return "\n" + style.paint("Nothing that was assessed is wrong.", .good) + "\n" }
        var text = "\n" + style.paint("What to do first", .strong) + "\n"
        for item in items.prefix(limit) { text += self.text(of: item) }
        if items.count > limit {
            text += style.paint("  and \(items.count - limit) more, in the dashboard", .faint) + "\n"
        }
        return text
    }

    private func text(of item: Worklist.Item) -> String {
        let risk = item.risk.rawValue
        let change = item.change.map { $0.mark.uppercased() + " " } ?? ""
        let overdue = item.isOverdue ? "OVERDUE " : ""
        let padding = String(repeating: " ", count: 10 - risk.count)
        var text = wrapped(
            item.title, style, indent: 12,
            first: "  " + style.paint(risk, item.risk.ink) + padding + style.paint(change, .warning)
                + style.paint(overdue, .alarm), firstWidth: 12 + change.count + overdue.count)
        let id = item.findings.isEmpty ? " (\(item.id))" : ""
        if !item.detail.isEmpty {
            text += wrapped((item.findings.isEmpty ? "wanted: " : "") + item.detail + id, style, indent: 12)
        }
        if item.findings.count > 1 {
            for finding in item.findings.prefix(3) {
                text += wrapped(finding.title, style, indent: 14, first: "            - ")
            }
            let left = item.findings.count - 3
            if left > 0 { text += style.paint("            - and \(grouped(left)) more", .faint) + "\n" }
        }
        if !item.action.isEmpty { text += wrapped(item.action, style, indent: 17, first: "            fix: ") }
        if let due = item.due {
            let owner = item.owner.map { "\(terminalSafe($0)), " } ?? ""
            text += style.paint("            \(owner)due \(terminalSafe(due))", .faint) + "\n"
        }
        return text
    }

    private var regressions: String {
        guard !assessment.newOrWorse.isEmpty else { return "" }
        var rows = TextTable(["CHANGE", "RISK", "WHAT", "BEFORE", "NOW"])
        for regression in assessment.newOrWorse {
            rows.append([
                .init(regression.change.mark, .warning), .init(regression.risk.rawValue, regression.risk.ink),
                .init(regression.title), .init(regression.before ?? ""), .init(regression.now),
            ])
        }
        return "\n" + style.paint("New or worse since the run before", .strong) + "\n" + rows.text(style, indent: 2)
    }

    private var monitors: String {
        let ports = assessment.ports.map { report in
            line(
                "Listening", report.listeners.count,
                PortVerdict.allCases.map { verdict in
                    (verdict.rawValue, verdict.ink, report.listeners.count { $0.verdict == verdict })
                }, command: "bailey ports")
        }
        let egress = assessment.egress.map { report in
            line(
                "Outbound", report.connections.count,
                EgressVerdict.allCases.map { verdict in
                    (verdict.rawValue, verdict.ink, report.connections.count { $0.verdict == verdict })
                }, command: "bailey egress")
        }
        let lines = [ports, egress].compactMap { $0 }
        return lines.isEmpty ? "" : "\n" + lines.joined()
    }

    private func line(_ title: String, _ total: Int, _ verdicts: [(String, TerminalStyle.Ink, Int)], command: String)
        -> String
    {
        let words = verdicts.filter { $0.2 > 0 }.map { style.paint("\(grouped($0.2)) \($0.0)", $0.1) }.joined(
            separator: ", ")
        return style.paint(title, .strong) + ": \(grouped(total))" + (words.isEmpty ? "" : " (\(words))")
            + style.paint("  \(command)", .faint) + "\n"
    }

    private var controls: String {
        let lines = ControlFramework.allCases.compactMap { framework -> String? in
            let controls = assessment.controls.filter { $0.control.framework == framework }
            guard !controls.isEmpty else { return nil }
            let tally = Tally(controls.map(\.status))
            return
                "  \(framework.title): \(tally[.compliant]) of \(controls.count) met, \(tally[.violation]) violated, "
                + "\(tally[.partial]) partly, \(tally[.notApplicable]) not applicable, \(tally[.notAssessed]) not assessed\n"
        }
        return lines.isEmpty ? "" : "\n" + style.paint("Controls", .strong) + "\n" + lines.joined()
    }

    private var unassessed: String {
        let reasons = UnassessedReason.all(in: assessment.results)
        guard !reasons.isEmpty else { return "" }
        let count = reasons.reduce(0) { $0 + $1.checks.count }
        var text = "\n" + style.paint("Not assessed: \(counted(count, "check"))", .strong) + "\n"
        for reason in reasons {
            text += wrapped("\(reason.why): " + reason.checks.joined(separator: ", "), style, indent: 4, first: "  ")
        }
        return text
    }
}
