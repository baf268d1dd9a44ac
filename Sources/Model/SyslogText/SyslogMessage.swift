/// A message of syslog as RFC 5424 has it: header, structured data of one element, text. What comes from outside is cut and escaped, so
/// that it stays in its field.
///
///     <86>1 2026-11-21T03:04:05.123Z host bailey-broker 4711 start [bailey@32473 sequence="12"] {"sequence":12,…}
package struct SyslogMessage: Sendable {
    /// RFC 5424 §6.2.1: facility × 8 + severity.
    package var priority: Int
    /// RFC 3339, to the millisecond at most.
    package var time: String
    package var host: String
    package var program: String
    package var process: Int32
    package var messageID: String
    /// The element's parameters; its id is Bailey's, with the enterprise number that RFC 5612 sets aside for documentation.
    package var parameters: [(name: StaticString, value: String)]
    package var text: [UInt8]

    package init(
        priority: Int, time: String, host: String, program: String, process: Int32, messageID: String,
        parameters: [(name: StaticString, value: String)], text: [UInt8]
    ) {
        self.priority = priority
        self.time = time
        self.host = host
        self.program = program
        self.process = process
        self.messageID = messageID
        self.parameters = parameters
        self.text = text
    }

    /// - Parameter limit: bytes; what is beyond is cut, where a character ends.
    package func bytes(limit: Int) -> [UInt8] {
        let data = parameters.map { " \($0.name)=\"\(Self.parameter($0.value))\"" }.joined()
        let names = "\(Self.field(host, limit: 255)) \(Self.field(program, limit: 48)) \(process)"
        let header = "<\(priority)>1 \(time) \(names) \(Self.field(messageID, limit: 32)) [bailey@32473\(data)] "
        let all = Array(header.utf8) + text
        guard all.count > limit else { return all }
        var end = limit
        while end > 0, all[end] & 0xc0 == 0x80 { end -= 1 }
        return Array(all[..<end])
    }

    /// A field of the header: printable ASCII without blanks, `-` when there is nothing (RFC 5424 §6).
    package static func field(_ text: String, limit: Int) -> String {
        let printable = text.utf8.filter { (33...126).contains($0) }.prefix(limit)
        return printable.isEmpty ? "-" : String(decoding: printable, as: UTF8.self)
    }

    /// A parameter's value: `"`, `\` and `]` are escaped (RFC 5424 §6.3.3), control characters left out.
    private static func parameter(_ text: String) -> String {
        var value = ""
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7f {
            if scalar == "\"" || scalar == "\\" || scalar == "]" { value.append("\\") }
            value.unicodeScalars.append(scalar)
        }
        return value
    }
}
