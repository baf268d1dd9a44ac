/// Takes out of recorded output what could do more to a terminal than show it: whoever was recorded chose these bytes, and whoever looks
/// at them may be root (CVE-2023-28487 was sudoreplay handing on control characters).
///
/// Let through are text, line ends, and the sequences of a short list (`ControlSequence.isHarmless`): colours, cursor movement, erasing,
/// scrolling, the alternate screen. Everything else goes, finished or not: titles, clipboard, links and other strings (OSC, DCS, APC, PM,
/// SOS), questions that a terminal answers into its own input, printing, key and mouse modes, resets. Directional controls, which
/// reorder what is read (CVE-2021-42574), become U+FFFD. Text that the session itself hid or overwrote is as hidden as it was then;
/// `plain` shows it.
package struct ReplayFilter: Sendable {
    private enum State: Sendable, Hashable {
        case text
        case escape
        /// After ESC and intermediate characters (0x20 to 0x2f), which a final one ends.
        case escapeIntermediate(first: Unicode.Scalar)
        case control
        /// Inside a string; how long it is so far.
        case string(length: Int)
    }

    /// The parameters and intermediates of a control sequence; nil once there are more than any sequence on the list has.
    private var parameters: String? = ""
    private var state = State.text
    private let isPlain: Bool

    /// - Parameter isPlain: whether every sequence is taken out, so that what remains is text with its line ends.
    package init(isPlain: Bool = false) { self.isPlain = isPlain }

    /// What brings a terminal back to how it was, whatever the sequences let through did: attributes, charset, scrolling region, cursor,
    /// main screen.
    package static let reset = "\u{1b}[0m\u{1b}(B\u{1b}[r\u{1b}[?25h\u{1b}[?7h\u{1b}[?1049l"

    package mutating func filter(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { take(scalar, into: &shown) }
        return String(shown)
    }

    private mutating func take(_ scalar: Unicode.Scalar, into shown: inout String.UnicodeScalarView) {
        switch scalar {
        // CAN and SUB break off whatever has begun.
        case "\u{18}", "\u{1a}": state = .text
        // So does ESC; after a string it is the start of its end (ST), which then means nothing more.
        case "\u{1b}": state = .escape
        default:
            switch state {
            case .text: takeText(scalar, into: &shown)
            case .escape: takeEscape(scalar, into: &shown)
            case .escapeIntermediate(let first): takeFinal(scalar, after: first, into: &shown)
            case .control: takeControl(scalar, into: &shown)
            case .string(let length): takeString(scalar, length)
            }
        }
    }

    private mutating func takeText(_ scalar: Unicode.Scalar, into shown: inout String.UnicodeScalarView) {
        switch scalar.value {
        case 0x0a, 0x09: shown.append(scalar)
        case 0x0d, 0x08: if !isPlain { shown.append(scalar) }
        case 0..<0x20, 0x7f: break
        case 0x80...0x9f: begin(byte: UInt8(scalar.value - 0x40))
        case 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: shown.append("\u{fffd}")
        default: shown.append(scalar)
        }
    }

    /// What ESC and this byte, or the one C1 control they stand for (ECMA-48, 5.3), begin.
    private mutating func begin(byte: UInt8) {
        switch byte {
        case UInt8(ascii: "["):
            parameters = ""
            state = .control
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .string(length: 0)
        default: state = .text
        }
    }

    private mutating func takeEscape(_ scalar: Unicode.Scalar, into shown: inout String.UnicodeScalarView) {
        switch scalar {
        case "\u{20}"..."\u{2f}": state = .escapeIntermediate(first: scalar)
        case "7", "8", "D", "E", "M":
            state = .text
            if !isPlain { shown.append(contentsOf: "\u{1b}\(scalar)".unicodeScalars) }
        case "\u{30}"..."\u{7e}": begin(byte: UInt8(scalar.value))
        default: abandon(scalar, into: &shown)
        }
    }

    /// Of the sequences with intermediates, the two character sets that frames are drawn with.
    private mutating func takeFinal(
        _ scalar: Unicode.Scalar, after first: Unicode.Scalar, into shown: inout String.UnicodeScalarView
    ) {
        switch scalar {
        case "\u{20}"..."\u{2f}": state = .escapeIntermediate(first: "#")
        case "0" where first == "(", "B" where first == "(":
            state = .text
            if !isPlain { shown.append(contentsOf: "\u{1b}(\(scalar)".unicodeScalars) }
        case "\u{30}"..."\u{7e}": state = .text
        default: abandon(scalar, into: &shown)
        }
    }

    private mutating func takeControl(_ scalar: Unicode.Scalar, into shown: inout String.UnicodeScalarView) {
        switch scalar {
        case "\u{20}"..."\u{3f}":
            parameters?.unicodeScalars.append(scalar)
            if parameters?.utf8.count ?? 0 > ControlSequence.lengthLimit { parameters = nil }
        case "\u{40}"..."\u{7e}":
            state = .text
            guard !isPlain, let parameters, ControlSequence(parameters, final: scalar).isHarmless else { return }
            shown.append(contentsOf: "\u{1b}[\(parameters)\(scalar)".unicodeScalars)
        default: abandon(scalar, into: &shown)
        }
    }

    /// A string ends with BEL or ST; one that goes on for longer than any has reason to is over, so that it cannot hide all that follows.
    private mutating func takeString(_ scalar: Unicode.Scalar, _ length: Int) {
        let isOver = scalar == "\u{07}" || scalar == "\u{9c}" || length >= 4096
        state = isOver ? .text : .string(length: length + 1)
    }

    /// What belongs to no sequence breaks it off, and is text.
    private mutating func abandon(_ scalar: Unicode.Scalar, into shown: inout String.UnicodeScalarView) {
        state = .text
        takeText(scalar, into: &shown)
    }
}
