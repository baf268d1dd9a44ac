import Assessment
import HostModel
import JSON
import Reporting
import Testing

import struct FoundationEssentials.Date

@Suite struct DocumentTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let name: String
        let document: any Document & Sendable
        var testDescription: String { name }
    }

    static let json: [Example] = [
        Example(name: "assessment.json", document: AssessmentDocument(ExampleAssessment.assessment)),
        Example(name: "compliance-summary.json", document: ComplianceSummaryDocument(ExampleAssessment.assessment)),
        Example(
            name: "port-monitor-latest.json",
            document: PortMonitorDocument(ExampleReports.ports, table: ExampleSockets.table)),
        Example(
            name: "egress-monitor-latest.json",
            document: EgressMonitorDocument(ExampleReports.egress, table: ExampleSockets.table)),
        Example(
            name: "sockets.json",
            document: SocketsDocument(ExampleSockets.table, host: ExampleReports.host, generatedAt: ExampleReports.now)),
    ]

    static let text: [Example] = [.plain, TerminalStyle(isColored: true, columns: 80)].flatMap {
        (style: TerminalStyle) in
        let suffix = style.isColored ? "-color.txt" : ".txt"
        return [
            Example(name: "assess" + suffix, document: AssessmentSummary(ExampleAssessment.assessment, style: style)),
            Example(
                name: "ports" + suffix,
                document: PortListing(ExampleReports.ports, table: ExampleSockets.table, style: style)),
            Example(
                name: "egress" + suffix,
                document: EgressListing(ExampleReports.egress, table: ExampleSockets.table, style: style)),
            Example(name: "sockets" + suffix, document: SocketListing(ExampleSockets.table, style: style)),
        ]
    }

    @Test("Each document is what its golden file says", arguments: json + text)
    func golden(example: Example) throws {
        try Golden.expect(example.document.bytes, is: example.name)
    }

    @Test("Each JSON document is read by other programs", arguments: json, Peer.jsonReaders)
    func peers(example: Example, reader: Peer) throws {
        guard let path = reader.path else { try Test.cancel("\(reader.name) is not installed") }
        let result = try Peer.run(path, reader.arguments, input: example.document.bytes)
        #expect(result.status == 0, "\(reader.name): \(result.output)")
    }

    @Test("Each JSON document starts with its schema, and says when and where", arguments: json)
    func frame(example: Example) throws {
        let bytes = example.document.bytes
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix(
                "{\n  \"schema\": 1,\n  \"generated_at\": \"2026-11-21T03:04:05Z\","))
        let document = try JSONValue(parsing: bytes)
        #expect(document["host"]?["hostname"]?.text == ExampleReports.host.hostname)
        #expect(document["gaps"]?.elements?.count == 2)
    }

    @Test(
        "Listings for people hold no control character but the line break and, coloured, the colours", arguments: text)
    func terminalBytes(example: Example) {
        var text = String(decoding: example.document.bytes, as: UTF8.self)
        if example.name.contains("color") {
            for code in ["0", "1", "2", "31", "32", "33", "1;31"] {
                text = text.split(separator: "\u{1b}[\(code)m").joined()
            }
        }
        let bad = text.unicodeScalars.filter {
            $0 != "\n" && ($0.properties.generalCategory == .control || $0.properties.isBidiControl)
        }
        #expect(bad.isEmpty, "\(bad.map(\.value))")
        #expect(!text.contains("\n root"))
    }

    @Test("The keys of a listener are the documented ones, in the documented order")
    func listenerKeys() throws {
        let text = String(
            decoding: PortMonitorDocument(ExampleReports.ports, table: ExampleSockets.table).bytes, as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.contains(#""port":5432"#) })
        #expect(
            keys(line).starts(with: [
                "protocol", "family", "address", "port", "interface", "namespace", "inode", "uid", "user", "exposure",
                "processes",
                "verdict", "rule",
            ]))
        let inner = try #require(line.firstRange(of: "\"processes\":["))
        #expect(
            keys(line[inner.upperBound...]).starts(with: [
                "pid", "started_at", "name", "executable", "command_line", "unit", "container",
            ]))
    }

    @Test("The keys of a connection are the documented ones, in the documented order")
    func connectionKeys() throws {
        let text = String(
            decoding: EgressMonitorDocument(ExampleReports.egress, table: ExampleSockets.table).bytes, as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.contains(#""remote_port":5432"#) })
        #expect(
            keys(line).starts(with: [
                "protocol", "local_address", "local_port", "remote_address", "remote_port", "remote_name", "direction",
                "state",
                "bytes_sent", "bytes_received", "uid", "user", "namespace", "processes", "verdict", "rule",
            ]))
    }

    /// The keys of the first object in `line`, those of objects inside it left out. The line has no escaped quote.
    private func keys(_ line: Substring) -> [String] {
        var keys: [String] = []
        var depth = 0
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index.isMultiple(of: 2) {
                depth += part.count { "{[".contains($0) } - part.count { "}]".contains($0) }
                if depth <= 0, index > 0 { break }
            } else if depth == 1, index + 1 < parts.count, parts[index + 1].hasPrefix(":") {
                keys.append(String(part))
            }
        }
        return keys
    }

    @Test("What was not seen is null, never zero or empty text")
    func nulls() throws {
        let document = try JSONValue(parsing: Self.json[4].document.bytes)
        let waiting = try #require(document["sockets"]?.elements?.first { $0["state"]?.text == "time_wait" })
        #expect(waiting["bytes_sent"] == .null)
        #expect(waiting["round_trip_us"] == .null)
        #expect(waiting["ownership"]?.text == "time_wait")
        #expect(waiting["processes"] == .array([]))
    }

    @Test("A table whose numbers point nowhere is reported without them")
    func danglingIndices() throws {
        var table = SocketTable()
        var socket = ExampleSockets.table.sockets[0]
        socket.holders = 5..<9
        socket.namespace = 3
        socket.interfaceIndex = 9
        table.sockets = [socket]
        let document = try JSONValue(
            parsing: SocketsDocument(table, host: ExampleReports.host, generatedAt: ExampleReports.now).bytes)
        #expect(document["sockets"]?.elements?.first?["processes"] == .array([]))
        #expect(document["sockets"]?.elements?.first?["namespace"] == .null)
        #expect(!SocketListing(table).bytes.isEmpty)
        #expect(!PortListing(ExampleReports.ports, table: SocketTable()).bytes.isEmpty)
        #expect(!EgressListing(ExampleReports.egress, table: SocketTable()).bytes.isEmpty)
    }

    @Test("Sockets that were not looked at are null with a gap, never an empty list")
    func unseenSockets() throws {
        var assessment = ExampleAssessment.assessment
        assessment.ports = nil
        assessment.egress = nil
        assessment.gaps = []
        assessment.sockets = .unseen(Gap(what: "sockets", why: "a file tree has none"))
        for (document, list) in [
            (PortMonitorDocument(assessment) as any Document, "listeners"),
            (EgressMonitorDocument(assessment), "connections"),
        ] {
            let value = try JSONValue(parsing: document.bytes)
            #expect(value[list] == .null)
            #expect(value["rules_count"] == .null)
            #expect(value["gaps"]?.elements?.first?["why"]?.text == "a file tree has none")
        }
        #expect(String(decoding: DashboardPage(assessment).bytes, as: UTF8.self).contains("Not looked at in this run."))
    }

    @Test("The documents of an assessment are those of its reports")
    func assessmentDocuments() {
        let assessment = ExampleAssessment.assessment
        #expect(PortMonitorDocument(assessment).bytes == Self.json[2].document.bytes)
        #expect(EgressMonitorDocument(assessment).bytes == Self.json[3].document.bytes)
    }

    @Test("Counters whose sum does not fit saturate")
    func saturation() {
        var report = ExampleReports.egress
        report.connections = Array(repeating: report.connections[0], count: 2)
        for index in 0..<2 {
            report.connections[index].socket.counters = ConnectionCounters(
                bytesSent: .max, bytesReceived: 999_950, roundTripMicroseconds: 0)
        }
        let text = String(decoding: EgressListing(report, table: ExampleSockets.table).bytes, as: UTF8.self)
        #expect(text.contains(" 18 EB "))
        #expect(text.contains(" 2.0 MB "))
    }

    @Test("A failing sink stops the writing, and its error comes out")
    func failingSink() {
        struct Full: Error {}
        var calls = 0
        #expect(throws: Full.self) {
            try Self.json[4].document.write { _ in
                calls += 1
                throw Full()
            }
        }
        #expect(calls == 1)
    }
}
