/// `text` with everything in it that could steer a terminal or mislead a reader shown instead of done: control characters and escape
/// sequences, line breaks, bidirectional controls (CVE-2021-42574), invisible and unassigned characters, and combining marks where there
/// is no letter to bear them become `\u{1b}`.
package func terminalSafe(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    var safe = ""
    var before: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        let isShown = scalar.showsItself && (!scalar.isMark || before?.bearsMarks == true)
        if isShown { safe.unicodeScalars.append(scalar) } else { safe += scalar.escaped }
        before = isShown ? scalar : nil
    }
    return safe
}

/// The same for text of several lines: its line breaks stay.
package func terminalSafeLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { terminalSafe(String($0)) }
        .joined(separator: "\n")
}

/// Whether UTF-8 has characters that steer a terminal (ECMA-48): C0 but for tabs and the ends of lines, DEL, C1.
package func hasControlCharacters(_ bytes: [UInt8]) -> Bool {
    var before: UInt8 = 0
    for byte in bytes {
        if byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d { return true }
        if byte == 0x7f || before == 0xc2 && (0x80...0x9f).contains(byte) { return true }
        before = byte
    }
    return false
}

extension Unicode.Scalar {
    /// Whether a reader sees this character and nothing else happens.
    package var showsItself: Bool {
        if isASCII { return (0x20..<0x7f).contains(value) }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return !properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether it is drawn over what stands before it.
    fileprivate var isMark: Bool {
        properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark
    }

    /// Whether a mark on it is writing. On a slash, a quote or a blank it makes these look like something else, and on nothing it is drawn
    /// over what is not its own.
    fileprivate var bearsMarks: Bool { isASCII ? properties.isAlphabetic : showsItself }

    /// Its number, in the notation of Swift and Rust: `\u{202e}`.
    package var escaped: String { "\\u{\(String(value, radix: 16))}" }
}
