/// Writes JSON text (RFC 8259) into bytes, keys in the order they are written, two spaces a level or compact.
///
/// Foundation's encoder sorts or shuffles keys and builds the document in memory first; documents here are read by people and diffed,
/// and a listing of 120,000 sockets is written in pieces (`drain`).
package struct JSONWriter {
    /// What has been written and not yet drained.
    package internal(set) var bytes: [UInt8] = []
    /// Whether each member stands on its own line; off while a container is written on one line.
    private var isPretty: Bool
    private var depth = 0
    /// Whether the container now open has no member yet.
    private var isFirst = true
    private var isAfterKey = false

    /// - Parameter capacity: how many bytes it will most likely be.
    package init(pretty: Bool = true, capacity: Int = 0) {
        isPretty = pretty
        bytes.reserveCapacity(capacity)
    }

    /// Hands over what has been written so far, and goes on with nothing.
    package mutating func drain() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Hands what has been written to `sink` once there are `size` bytes of it, so that a long document needs no more memory than that.
    package mutating func drain(
        every size: Int = 64 << 10, to sink: ([UInt8]) throws -> Void
    ) rethrows {
        guard bytes.count >= size else { return }
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        try container(open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), members)
    }

    package mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
        try container(open: UInt8(ascii: "["), close: UInt8(ascii: "]"), elements)
    }

    /// An object on one line, without spaces, in a document that is otherwise laid out: one row of a long table.
    package mutating func objectOnOneLine(_ members: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        let wasPretty = isPretty
        isPretty = false
        defer { isPretty = wasPretty }
        // The separator is written, as if a key had been.
        isAfterKey = true
        try object(members)
    }

    package mutating func key(_ name: String) {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    /// A key that is known to need no escape, for rows by the 100,000.
    package mutating func plainKey(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    package mutating func value(_ text: String) {
        separate()
        appendQuoted(text)
    }

    package mutating func value(_ number: some BinaryInteger) {
        separate()
        if let positive = UInt64(exactly: number) {
            appendDigits(positive)
        } else {
            bytes.append(contentsOf: "\(number)".utf8)
        }
    }

    /// A finite number, in the shortest form that reads back the same; anything else is null, which JSON has instead.
    package mutating func value(_ number: Double) {
        separate()
        bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
    }

    package mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// A string whose bytes are known to need no escape: digits, addresses, raw values.
    package mutating func plainString(_ append: (inout [UInt8]) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A value that another compact writer wrote: text that many rows share is escaped once.
    package mutating func value(json text: [UInt8]) {
        separate()
        bytes.append(contentsOf: text)
    }

    private mutating func container(open: UInt8, close: UInt8, _ body: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(open)
        depth += 1
        isFirst = true
        try body(&self)
        depth -= 1
        if !isFirst { newline() }
        isFirst = false
        bytes.append(close)
    }

    private mutating func separate() {
        if isAfterKey {
            isAfterKey = false
            return
        }
        if depth == 0 { return }
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        newline()
    }

    private mutating func newline() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes.append(contentsOf: [0x20, 0x20]) }
    }

    private mutating func appendDigits(_ value: UInt64) {
        var power: UInt64 = 1
        while value / power >= 10 { power *= 10 }
        while power > 0 {
            bytes.append(0x30 + UInt8(value / power % 10))
            power /= 10
        }
    }
}

extension JSONWriter {
    package mutating func member(_ name: String, _ text: String) {
        key(name)
        value(text)
    }

    package mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { value(text) } else { null() }
    }

    package mutating func member(_ name: String, _ number: some BinaryInteger) {
        key(name)
        value(number)
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        value(flag)
    }

    package mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        array { for text in texts { $0.value(text) } }
    }

    package mutating func member(_ name: String, object members: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(members)
    }

    package mutating func member(_ name: String, array elements: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try array(elements)
    }
}
