package import Assessment
package import HostModel
import Policies

/// `bailey egress`: who goes out where, equal connections together, what is not approved first.
package struct EgressListing: Document {
    private let report: EgressReport
    private let table: SocketTable
    private let style: TerminalStyle

    package init(_ report: EgressReport, table: SocketTable, style: TerminalStyle = .plain) {
        self.report = report
        self.table = table
        self.style = style
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        try sink(Array((connections + "\n" + tally + closing(report.findings, report.gaps, style)).utf8))
    }

    private var connections: String {
        let labels = SocketLabels(table: table)
        var rows = TextTable([
            "VERDICT", "PROTO", "REMOTE", "NAME", "COUNT", "SENT", "RECEIVED", "USER", "PROCESS", "UNIT", "NAMESPACE",
            "RULE",
        ])
        for group in ConnectionGroup.all(of: report, labels) {
            rows.append([
                .init(group.verdict.rawValue, group.verdict.ink), .init(group.transport.rawValue),
                .init(SocketLabels.text(of: group.remote)), .init(group.remoteName ?? ""), .init(grouped(group.count)),
                .init(byteText(group.bytesSent)), .init(byteText(group.bytesReceived)), .init(group.user),
                .init(group.process), .init(group.unit), .init(labels.hasSeveralNamespaces ? group.namespace : ""),
                .init(group.rule ?? "", .faint),
            ])
        }
        return rows.isEmpty ? "No outbound connections.\n" : rows.text(style)
    }

    private var tally: String {
        let verdicts = Tally(report.connections.map(\.verdict))
        let words = EgressVerdict.allCases.map { "\(grouped(verdicts[$0])) \($0.rawValue)" }.joined(separator: ", ")
        return counted(report.connections.count, "outbound connection") + ": \(words); "
            + counted(report.rulesCount, "rule") + "\n"
    }
}
