package import Assessment
import Findings
package import HostModel
import Policies
internal import TerminalText

/// `bailey ports`: every listening socket with its verdict, what is not approved first, and what to do about it.
package struct PortListing: Document {
    private let report: PortReport
    private let table: SocketTable
    private let style: TerminalStyle

    package init(_ report: PortReport, table: SocketTable, style: TerminalStyle = .plain) {
        self.report = report
        self.table = table
        self.style = style
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        try sink(Array((listeners + "\n" + tally + closing(report.findings, report.gaps, style)).utf8))
    }

    private var listeners: String {
        let labels = SocketLabels(table: table)
        var rows = TextTable(["VERDICT", "PROTO", "LOCAL", "EXPOSURE", "USER", "PROCESS", "UNIT", "NAMESPACE", "RULE"])
        for listener in report.worstFirst {
            let socket = listener.socket
            rows.append([
                .init(listener.verdict.rawValue, listener.verdict.ink), .init(socket.transport.rawValue),
                .init(labels.local(of: socket)),
                .init(listener.exposure.rawValue, listener.exposure == .public ? .warning : .plain),
                .init(labels.user(socket.userID)), .init(labels.process(of: socket)), .init(labels.unit(of: socket)),
                .init(labels.hasSeveralNamespaces ? labels.namespace(at: socket.namespace) : ""),
                .init(listener.rule ?? "", .faint),
            ])
        }
        return rows.isEmpty ? "No listening sockets.\n" : rows.text(style)
    }

    private var tally: String {
        let verdicts = Tally(report.listeners.map(\.verdict))
        let words = PortVerdict.allCases.map { "\(grouped(verdicts[$0])) \($0.rawValue)" }.joined(separator: ", ")
        return counted(report.listeners.count, "listening socket") + ": \(words); "
            + counted(report.rulesCount, "rule") + "\n"
    }
}

/// `1 rule`, `2 rules`, `120,000 sockets`.
func counted(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

/// Digits in groups of three: `100,007`.
func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
    return (number < 0 ? "-" : "") + String(digits)
}

/// What stands below a listing: what was found, worst first and each with what to do, and what could not be seen.
func closing(_ findings: [Finding], _ gaps: [Gap], _ style: TerminalStyle) -> String {
    var text = ""
    let ordered = findings.sorted { ($1.severity, $0.title) < ($0.severity, $1.title) }
    if !ordered.isEmpty { text += "\n" + style.paint("Findings", .strong) + "\n" }
    for finding in ordered {
        let risk = finding.severity.rawValue
        text += "  " + style.paint(risk, finding.severity.ink) + String(repeating: " ", count: 10 - risk.count)
        text += terminalSafe(finding.title) + "\n"
        text += wrapped(finding.remediation, style, indent: 12)
    }
    return text + gapLines(gaps, style)
}

func gapLines(_ gaps: [Gap], _ style: TerminalStyle) -> String {
    guard !gaps.isEmpty else { return "" }
    return "\n" + style.paint("Could not be seen", .strong) + "\n"
        + gaps.map { wrapped(sentence($0), style, indent: 4, first: "  ") }.joined()
}

/// A gap as one line: `/etc/shadow: permission denied (run as root)`.
func sentence(_ gap: Gap) -> String { "\(gap.what): \(gap.why)" + (gap.remedy.map { " (\($0))" } ?? "") }
