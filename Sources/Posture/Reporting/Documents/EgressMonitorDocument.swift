package import Assessment
import Findings
package import HostModel
import JSON
import Policies

/// `bailey egress --json` and `egress-monitor-latest.json`: every outbound connection with its verdict, a line each, streamed.
package struct EgressMonitorDocument: Document {
    private let report: EgressReport?
    private let table: SocketTable
    private let frame: DocumentFrame

    /// - Parameter table: the sockets the report was made of, which names their holders.
    package init(_ report: EgressReport, table: SocketTable) {
        self.report = report
        self.table = table
        frame = DocumentFrame(generatedAt: report.generatedAt, host: report.host, gaps: report.gaps)
    }

    /// The connections of an assessment; null, never an empty list, where sockets could not be looked at.
    package init(_ assessment: PostureAssessment) {
        report = assessment.egress
        table = assessment.sockets.value ?? SocketTable()
        frame = DocumentFrame(of: assessment, gaps: report?.gaps)
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var writer = JSONWriter()
        let fields = SocketFields(table)
        try writer.object { writer in
            writer.frame(frame)
            writer.member("rules_count", optional: report?.rulesCount)
            try writer.member("connections", ofOptional: report?.connections) { writer, connection in
                write(connection, fields, to: &writer)
                try writer.drain(to: sink)
            }
            try writer.member("findings", ofOptional: report?.findings) { writer, finding in
                writer.value(finding)
                try writer.drain(to: sink)
            }
        }
        try sink(writer.drain() + [0x0a])
    }

    private func write(_ connection: EgressReport.Connection, _ fields: SocketFields, to writer: inout JSONWriter) {
        let socket = connection.socket
        writer.objectOnOneLine {
            fields.transport(of: socket, to: &$0)
            fields.endpoint(socket.local, address: "local_address", port: "local_port", to: &$0)
            fields.endpoint(socket.remote, address: "remote_address", port: "remote_port", to: &$0)
            $0.member("remote_name", connection.remoteName)
            $0.plainMember("direction", socket.direction.rawValue)
            $0.plainMember("state", socket.state.rawValue)
            fields.traffic(of: socket, to: &$0)
            fields.user(socket.userID, to: &$0)
            fields.namespace(at: socket.namespace, to: &$0)
            fields.holders(socket.holders, to: &$0)
            $0.plainMember("verdict", connection.verdict.rawValue)
            $0.member("rule", connection.rule)
            fields.family(of: socket, to: &$0)
            fields.interface(of: socket, to: &$0)
            $0.plainMember("inode", optional: socket.inode)
            fields.roundTrip(of: socket, to: &$0)
            fields.identity(of: socket, to: &$0)
        }
    }
}
