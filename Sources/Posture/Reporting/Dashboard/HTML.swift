internal import TerminalText

/// HTML text. What is written in the source is markup; whatever is put into it is escaped, because a `String` can only come in through
/// an interpolation:
///
///     let cell: HTML = "<td>\(process.name)</td>"
///
/// A process named `<script>` is text there, inside an element or a quoted attribute alike, and what could mislead a reader is shown
/// instead of done, as on a terminal (`terminalSafe`). There is no way to make HTML out of a `String` as it is.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String

    package init(stringLiteral markup: StaticString) { text = markup.description }

    package init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        /// Text of the source alone: `StaticString` has no other.
        package mutating func appendLiteral(_ markup: StaticString) { text += markup.description }

        package mutating func appendInterpolation(_ html: HTML) { text += html.text }

        /// One after the other, nothing between them.
        package mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }

        /// Nothing where there is nothing.
        package mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }

        package mutating func appendInterpolation(_ value: some StringProtocol) { HTML.appendEscaped(value, to: &text) }

        package mutating func appendInterpolation(_ number: Int) { text += String(number) }
    }

    static func + (left: HTML, right: HTML) -> HTML { "\(left)\(right)" }

    private static func appendEscaped(_ value: some StringProtocol, to text: inout String) {
        // Most text is plain, and goes over in one piece.
        if value.utf8.allSatisfy(isPlain) {
            text += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case _ where scalar.showsItself: text.unicodeScalars.append(scalar)
            default: text += scalar.escaped
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: (0x20..<0x7f).contains(byte)
        }
    }
}

extension HTML {
    /// Sentences, what stands between two backticks in them as code; lines to be copied as they stand.
    static func prose(_ text: String) -> HTML {
        var html: HTML = ""
        var isAfterParagraph = false
        for block in Prose(text).blocks {
            switch block {
            case .paragraph(let line):
                html = isAfterParagraph ? "\(html)<br>\(sentence(line))" : "\(html)\(sentence(line))"
            case .snippet(let lines): html = "\(html)<pre>\(lines.map { "\($0)\n" as HTML })</pre>"
            }
            if case .paragraph = block { isAfterParagraph = true } else { isAfterParagraph = false }
        }
        return html
    }

    private static func sentence(_ line: Substring) -> HTML {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        // An odd backtick is only a backtick.
        guard parts.count > 1, !parts.count.isMultiple(of: 2) else { return "\(line)" }
        let spans = parts.enumerated().map { index, part -> HTML in
            index.isMultiple(of: 2) ? "\(part)" : "<code>\(part)</code>"
        }
        return "\(spans)"
    }
}
