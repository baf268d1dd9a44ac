private import JSON

/// What a recording begins with (asciicast v2, the format of asciinema: a line of JSON for the header, and one for each event).
package struct RecordingHeader: Sendable, Hashable {
    package var columns: Int
    package var rows: Int
    /// When it began: seconds since the epoch.
    package var timestamp: Int64
    /// What ran, for people; without secrets, which whoever writes it has masked.
    package var command: String?
    package var title: String?
    /// `TERM`, without which the output cannot be read right.
    package var terminalType: String?

    package init(
        columns: Int, rows: Int, timestamp: Int64, command: String? = nil, title: String? = nil,
        terminalType: String? = nil
    ) {
        (self.columns, self.rows, self.timestamp) = (columns, rows, timestamp)
        (self.command, self.title, self.terminalType) = (command, title, terminalType)
    }

    /// Its line, without the line end.
    package var line: [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.key("version")
            writer.value(2)
            writer.key("width")
            writer.value(columns)
            writer.key("height")
            writer.value(rows)
            writer.key("timestamp")
            writer.value(timestamp)
            for (key, text) in [("command", command), ("title", title)] {
                guard let text else { continue }
                writer.key(key)
                writer.value(text)
            }
            guard let terminalType else { return }
            writer.key("env")
            writer.object { writer in
                writer.key("TERM")
                writer.value(terminalType)
            }
        }
        return writer.drain()
    }

    /// Nil unless the line is a header of version 2.
    package init?(line: [UInt8]) {
        guard let value = try? JSONValue(parsing: line),  // what is no JSON is no header either
            value["version"]?.number == 2,
            let columns = value["width"]?.number.flatMap(Int.init(exactly:)), (0...65_535).contains(columns),
            let rows = value["height"]?.number.flatMap(Int.init(exactly:)), (0...65_535).contains(rows)
        else { return nil }
        self.init(
            columns: columns, rows: rows, timestamp: value["timestamp"]?.number.flatMap(Int64.init(exactly:)) ?? 0,
            command: value["command"]?.text, title: value["title"]?.text, terminalType: value["env"]?["TERM"]?.text)
    }
}

/// One thing that happened in a recorded session.
package struct RecordingEvent: Sendable, Hashable {
    /// The codes of asciicast v2.
    package enum Kind: String, Sendable {
        case output = "o"
        case input = "i"
        case resize = "r"
        case marker = "m"
    }

    /// Since the session began, in microseconds.
    package var microseconds: Int64
    package var kind: Kind
    /// What was shown or typed; `80x24` for a new size.
    package var text: String

    package init(microseconds: Int64, kind: Kind, text: String) {
        (self.microseconds, self.kind, self.text) = (microseconds, kind, text)
    }

    /// Its line, without the line end.
    package var line: [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.array { writer in
            writer.value(json: Self.seconds(microseconds))
            writer.value(kind.rawValue)
            writer.value(text)
        }
        return writer.drain()
    }

    /// Nil unless the line is an event of a kind that is known, at a time within ten years.
    package init?(line: [UInt8]) {
        guard let value = try? JSONValue(parsing: line),  // what is no JSON is no event either
            let parts = value.elements, parts.count == 3, let seconds = parts[0].number,
            (0...315_360_000).contains(seconds), let kind = parts[1].text.flatMap(Kind.init), let text = parts[2].text
        else { return nil }
        self.init(microseconds: Int64(seconds * 1_000_000), kind: kind, text: text)
    }

    /// `12.000345`.
    private static func seconds(_ microseconds: Int64) -> [UInt8] {
        let fraction = String(microseconds % 1_000_000)
        let zeros = String(repeating: "0", count: 6 - fraction.count)
        return Array("\(microseconds / 1_000_000).\(zeros)\(fraction)".utf8)
    }
}
