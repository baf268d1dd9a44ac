package import Assessment
import Findings
package import HostModel
import JSON
import Policies

/// `bailey ports --json` and `port-monitor-latest.json`: every listening socket with its verdict.
package struct PortMonitorDocument: Document {
    private let report: PortReport?
    private let table: SocketTable
    private let frame: DocumentFrame

    /// - Parameter table: the sockets the report was made of, which names their holders.
    package init(_ report: PortReport, table: SocketTable) {
        self.report = report
        self.table = table
        frame = DocumentFrame(generatedAt: report.generatedAt, host: report.host, gaps: report.gaps)
    }

    /// The listeners of an assessment; null, never an empty list, where sockets could not be looked at.
    package init(_ assessment: PostureAssessment) {
        report = assessment.ports
        table = assessment.sockets.value ?? SocketTable()
        frame = DocumentFrame(of: assessment, gaps: report?.gaps)
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var writer = JSONWriter()
        let fields = SocketFields(table)
        try writer.object { writer in
            writer.frame(frame)
            writer.member("rules_count", optional: report?.rulesCount)
            try writer.member("listeners", ofOptional: report?.listeners) { writer, listener in
                write(listener, fields, to: &writer)
                try writer.drain(to: sink)
            }
            writer.member("findings", ofOptional: report?.findings) { $0.value($1) }
        }
        try sink(writer.drain() + [0x0a])
    }

    private func write(_ listener: PortReport.Listener, _ fields: SocketFields, to writer: inout JSONWriter) {
        let socket = listener.socket
        writer.objectOnOneLine {
            fields.transport(of: socket, to: &$0)
            fields.family(of: socket, to: &$0)
            fields.endpoint(socket.local, address: "address", port: "port", to: &$0)
            fields.interface(of: socket, to: &$0)
            fields.namespace(at: socket.namespace, to: &$0)
            $0.plainMember("inode", optional: socket.inode)
            fields.user(socket.userID, to: &$0)
            $0.plainMember("exposure", listener.exposure.rawValue)
            fields.holders(socket.holders, to: &$0)
            $0.plainMember("verdict", listener.verdict.rawValue)
            $0.member("rule", listener.rule)
            $0.plainMember("state", socket.state.rawValue)
            fields.identity(of: socket, to: &$0)
        }
    }
}
