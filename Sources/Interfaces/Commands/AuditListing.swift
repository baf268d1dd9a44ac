import Auditing
import JSON
import LinuxSystem
import Reporting

/// Which records are shown. What is nil or empty leaves its question open.
struct AuditFilter: Sendable, Hashable {
    var events: Set<String> = []
    var request: String?
    var actor: String?
    /// A time or the start of one, as records write it: `2026-11-21T03`.
    var since: String?

    func includes(_ record: AuditRecord) -> Bool {
        (events.isEmpty || events.contains(record.eventName)) && (request == nil || request == record.request)
            && (actor == nil || record.actor == actor || record.actor.hasPrefix("\(actor ?? "")("))
            && (since == nil || record.time.description >= since ?? "")
    }
}

/// Prints records, in the order of the log. Lines that are none are said on the error stream and passed over: whether the log is sound is
/// the question of `bailey audit verify`.
struct AuditListing {
    let filter: AuditFilter
    let session: Session

    /// - Parameter body: what to do with each record; false ends the reading.
    func forEachRecord(
        in files: [String], _ body: (AuditRecord, ArraySlice<UInt8>) -> Bool
    ) throws(CommandError) {
        for file in files {
            do throws(SystemError) {
                guard try read(file, body) else { return }
            } catch {
                throw .couldNotRun(error, remedy: error.isPermission ? "the log is root's: run it with sudo" : nil)
            }
        }
    }

    private func read(_ file: String, _ body: (AuditRecord, ArraySlice<UInt8>) -> Bool) throws(SystemError) -> Bool {
        var lines = LineStream(
            try FileDescriptor.open(forReading: file), path: file, limit: AuditRecord.lengthLimit)
        var number = 0
        while let line = try lines.next() {
            number += 1
            do throws(AuditLineError) {
                let record = try AuditRecord(line: line.bytes)
                if filter.includes(record), !body(record, line.bytes) { return false }
            } catch {
                session.console.report(printable("\(file):\(number): this line \(error)"))
            }
        }
        return true
    }

    func print(_ record: AuditRecord, line: ArraySlice<UInt8>) -> Bool {
        let console = session.console
        if session.options.wantsJSON {
            console.write(line + [UInt8(ascii: "\n")])
        } else {
            console.print(printable(Self.text(record)))
        }
        return !console.isOutputClosed && console.failure == nil
    }

    /// `12  2026-11-21T03:04:05.123Z  start  r-1  alice(1000)  argv=["/usr/bin/id"] rule=ids`
    static func text(_ record: AuditRecord) -> String {
        let head = [
            "\(record.sequence)", record.time.description, padded(record.eventName, 16),
            padded(record.request ?? "-", 8),
            record.actor,
        ].joined(separator: "  ")
        return record.details.reduce(head) { "\($0)  \($1.name)=\(text($1.value))" }
    }

    private static func text(_ value: AuditField.Value) -> String {
        switch value {
        case .text(let text):
            let isWord =
                !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") }
            return isWord ? text : quoted { $0.value(text) }
        case .number(let number): return "\(number)"
        case .flag(let flag): return flag ? "yes" : "no"
        case .list(let texts), .arguments(let texts):
            return quoted { writer in writer.array { for text in texts { $0.value(text) } } }
        }
    }

    private static func quoted(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(pretty: false)
        write(&writer)
        return String(decoding: writer.drain(), as: UTF8.self)
    }
}
