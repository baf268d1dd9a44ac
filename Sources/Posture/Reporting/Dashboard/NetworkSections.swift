import Assessment
import Findings
import HostModel
import Policies

/// The doors of the host, and who goes out through which.
struct NetworkSections {
    let assessment: PostureAssessment

    /// Rows shown of each table. What is not approved comes first, so it is the approved that are left out.
    private static let rowLimit = 400

    private var table: SocketTable { assessment.sockets.value ?? SocketTable() }

    var listeners: HTML {
        guard let report = assessment.ports else {
            return section("listeners", "Listening sockets", "<p class=\"panel hollow\">Not looked at in this run.</p>")
        }
        let labels = SocketLabels(table: table)
        let all = report.worstFirst
        let rows = all.prefix(Self.rowLimit).map { row($0, labels) }
        let columns = ["Verdict", "Protocol", "Local", "Exposure", "Process", "User", "Unit", "Rule"]
        let table = self.table(
            columns, rows, caption: "\(counted(all.count, "listening socket")), \(counted(report.rulesCount, "rule"))")
        return section(
            "listeners", "Listening sockets", table + left(all.count - rows.count, in: "port-monitor-latest.json"))
    }

    private func row(_ listener: PortReport.Listener, _ labels: SocketLabels) -> HTML {
        let socket = listener.socket
        let namespace: HTML? = labels.foreignNamespace(at: socket.namespace).map { "<br><small>in \($0)</small>" }
        return """
            <tr><td>\(Badge.verdict(listener.verdict))</td><td>\(socket.transport.rawValue)</td>\
            <th scope="row"><code>\(labels.local(of: socket))</code>\(namespace)</th>\
            <td><span class="exposure \(listener.exposure.rawValue)">\(listener.exposure.rawValue)</span></td>\
            <td class="long">\(process(of: socket, labels))</td><td>\(labels.user(socket.userID))</td>\
            <td class="long">\(labels.unit(of: socket))</td>\
            <td>\(listener.rule ?? "")</td></tr>

            """
    }

    private func process(of socket: Socket, _ labels: SocketLabels) -> HTML {
        guard let first = labels.holders(at: socket.holders).first else {
            return "<span class=\"hollow\">\(labels.process(of: socket))</span>"
        }
        guard let executable = first.executable else { return "\(labels.process(of: socket))" }
        let deleted: HTML? = first.isExecutableDeleted ? " <span class=\"mark deleted\">deleted</span>" : nil
        return "\(labels.process(of: socket))\(deleted)<br><small>\(shortened(executable))</small>"
    }

    /// Names can be 4,096 bytes long; the documents have them whole.
    private func shortened(_ text: String) -> String { text.count > 120 ? text.prefix(119) + "…" : text }

    var connections: HTML {
        guard let report = assessment.egress else {
            return section(
                "connections", "Outbound connections", "<p class=\"panel hollow\">Not looked at in this run.</p>")
        }
        let labels = SocketLabels(table: table)
        let all = ConnectionGroup.all(of: report, labels)
        let rows = all.prefix(Self.rowLimit).map { row($0) }
        let columns = [
            "Verdict", "Protocol", "Destination", "Count", "Sent", "Received", "Process", "User", "Unit", "Rule",
        ]
        let caption =
            "\(counted(report.connections.count, "connection")), equal ones as one row; \(counted(report.rulesCount, "rule"))"
        return section(
            "connections", "Outbound connections",
            table(columns, rows, caption: caption) + left(all.count - rows.count, in: "egress-monitor-latest.json"))
    }

    private func row(_ group: ConnectionGroup) -> HTML {
        let name: HTML? = group.remoteName.map { "<br><small>by resolving \($0)</small>" }
        let namespace: HTML? = group.isForeignNamespace ? "<br><small>in \(group.namespace)</small>" : nil
        return """
            <tr><td>\(Badge.verdict(group.verdict))</td><td>\(group.transport.rawValue)</td>\
            <th scope="row"><code>\(SocketLabels.text(of: group.remote))</code>\(name)\(namespace)</th>\
            <td class="number">\(grouped(group.count))</td><td class="number">\(byteText(group.bytesSent))</td>\
            <td class="number">\(byteText(group.bytesReceived))</td><td class="long">\(group.process)</td><td>\(group.user)</td>\
            <td class="long">\(group.unit)</td><td>\(group.rule ?? "")</td></tr>

            """
    }

    private func section(_ name: String, _ title: String, _ content: HTML) -> HTML {
        """
        <section id="part-\(name)" aria-labelledby="\(name)-title"><h2 id="\(name)-title">\(title)</h2>
        \(content)<p class="nothing panel" hidden>Nothing here matches the search.</p></section>
        """
    }

    private func table(_ columns: [String], _ rows: [HTML], caption: String) -> HTML {
        guard !rows.isEmpty else { return "<p class=\"panel hollow\">There are none.</p>" }
        // A long table scrolls in a window of its own, under its headings.
        let size: HTML = rows.count > 24 ? " tall" : ""
        let head = columns.map { "<th scope=\"col\" class=\"\($0.lowercased())\">\($0)</th>" as HTML }
        return """
            <div class="panel scroll\(size)" role="region" aria-label="\(caption)" tabindex="0"><table class="rows">\
            <caption>\(caption)</caption><thead><tr>\(head)</tr></thead><tbody>
            \(rows)</tbody></table></div>
            """
    }

    private func left(_ count: Int, in file: String) -> HTML {
        count > 0
            ? "<p class=\"hollow\">\(grouped(count)) more rows are left out here; all are in <code>\(file)</code>.</p>"
            : ""
    }
}
