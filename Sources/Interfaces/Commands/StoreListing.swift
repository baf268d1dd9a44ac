import CaseManagement
import JSON
import Reporting
import Triage

/// How what is in the store is printed: a document, or lines for people. All text comes from outside and is made safe for a terminal.
extension Session {
    /// A document that says its own schema.
    func printDocument(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        write(&writer)
        console.write(writer.drain() + [0x0a])
    }

    /// One line of two or more columns.
    func printRow(_ columns: [(text: String, width: Int)]) {
        console.print(
            columns.map {
                padded(
                    printable($0.text.prefix(200).split(whereSeparator: \.isNewline).joined(separator: " ")), $0.width)
            }.joined(separator: " "))
    }

    func printText(_ text: String) { console.print(printable(text)) }

    func print(_ alert: AlertRecord) {
        printRow([
            ("\(alert.id)", 7), (alert.verdict.name, 8), (alert.lastSeen.description, 20), ("×\(alert.occurrences)", 7),
            (alert.caseID.map { "case \($0)" } ?? "-", 12), (alert.host, 20), (alert.title, 0),
        ])
    }

    func print(_ record: CaseRecord) {
        printRow([
            ("\(record.id)", 7), (record.severity.name, 13), (record.state.rawValue, 14),
            ("blast \(record.blast.value)", 9),
            ("\(record.alerts) alerts", 12), (record.host, 20), (record.title, 0),
        ])
    }

    func printMissing(_ name: String) { console.report("there is no \(name)") }
}
