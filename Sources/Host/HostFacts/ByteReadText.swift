/// The text of a file whose programs read it byte by byte, for parsers that go through its characters.
///
/// Swift's characters are what people see as one: `:` with a combining mark behind it, or a prepended sign (U+0600) before it, is one
/// character, and no colon, while the program that reads the file finds its colon there. A comment that a user may write himself in
/// passwd(5) hid his account so. What joins a sign is shown as U+FFFD, which joins none; letters keep their accents, and slashes what
/// the names behind them begin with. A carriage return before a line feed is one character with it, and left out.
enum ByteReadText {
    static func text(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(where: { $0 >= 0x80 || $0 == 0x0d }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard let previous = result.last else {
                result.append(scalar)
                continue
            }
            if previous == "\r", scalar == "\n" {
                result.removeLast()
                result.append(scalar)
            } else if isSign(previous), joins(previous, scalar) {
                result.append("\u{fffd}")
            } else {
                if isSign(scalar), joins(previous, scalar) {
                    result.removeLast()
                    result.append("\u{fffd}")
                }
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// What may mean something between words: all of ASCII but letters, digits, and the slash, which paths are split at by bytes.
    private static func isSign(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2f: false
        default: scalar.isASCII
        }
    }

    private static func joins(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        guard !first.isASCII || !second.isASCII else { return false }
        var pair = String(first)
        pair.unicodeScalars.append(second)
        return pair.count == 1
    }
}
