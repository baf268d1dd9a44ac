import HostModel

/// Writes YAML that reads back as what was meant, in a parser of YAML 1.1 or 1.2.
package enum YAMLText {
    /// One value on one line: plain where nothing could misread it, else in double quotes.
    package static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

    /// Values on one line: the value alone, or a flow list.
    static func oneOrList(_ texts: [String]) -> String {
        texts.count == 1 ? scalar(texts[0]) : "[" + texts.map(scalar).joined(separator: ", ") + "]"
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where needsEscape(scalar):
                let digits = String(scalar.value, radix: 16)
                let isShort = scalar.value <= 0xffff
                result +=
                    (isShort ? "\\u" : "\\U") + String(repeating: "0", count: (isShort ? 4 : 8) - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
        default: false
        }
    }

    /// Words a parser may take for something else than text, in lower case.
    private static let reserved: Set = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nil"]

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 200, !reserved.contains(text.lowercased()) else {
            return false
        }
        let isLetter = (0x61...0x7a).contains(first | 0x20)
        let isPath = first == UInt8(ascii: "/")
        // Digits: an address, a range, a day or a number, all of which are read here as the text they are.
        guard isLetter || isPath || (0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy(isPlainByte) && text.utf8.last != UInt8(ascii: " ")
            && text.utf8.last != UInt8(ascii: ":")
            && !text.contains(": ") && !text.contains(" #")
    }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case _ where " ._-/:@+=()*;".utf8.contains(byte): true
        default: false
        }
    }
}

extension RuleHeader {
    fileprivate var lines: [String] {
        var lines = ["reason: \(YAMLText.scalar(reason))"]
        if let owner { lines.append("owner: \(YAMLText.scalar(owner))") }
        if let expires { lines.append("expires: \(CalendarDay(containing: expires))") }
        if let comment { lines.append("comment: \(YAMLText.scalar(comment))") }
        if review == .pending { lines.append("review: pending") }
        return lines
    }

    fileprivate var idLines: [String] { id.isEmpty ? [] : ["id: \(YAMLText.scalar(id))"] }
}

/// A rule as an element of `rules:` on one line, which stays the same rule wherever it is wrapped.
private func inlineElement(_ lines: [String]) -> String { "- { " + lines.joined(separator: ", ") + " }" }

/// A rule as an element of `rules:`, the dash two spaces in.
private func element(_ lines: [String]) -> String {
    lines.enumerated().map { ($0.offset == 0 ? "  - " : "    ") + $0.element + "\n" }.joined()
}

extension PortRule {
    /// The rule as policies write it, with what goes without saying left out; ends in a newline.
    package var yaml: String { element(lines) }

    /// The same on one line, `- { … }`.
    package var inlineYAML: String { inlineElement(lines) }

    private var lines: [String] {
        var lines = header.idLines + ["protocol: \(transport.rawValue)"]
        if let ports { lines.append("port: \(YAMLText.oneOrList(ports.rangeTexts))") }
        if let addresses { lines.append("address: \(YAMLText.oneOrList(addresses.map(\.description)))") }
        if let interface { lines.append("interface: \(YAMLText.scalar(interface))") }
        if namespace != .host { lines.append("namespace: \(YAMLText.scalar(namespace.description))") }
        if let process { lines.append("process: \(YAMLText.scalar(process.description))") }
        if let user { lines.append("user: \(YAMLText.scalar(user.description))") }
        return lines + header.lines
    }
}

extension EgressRule {
    /// The rule as policies write it, with what goes without saying left out; ends in a newline.
    package var yaml: String { element(lines) }

    /// The same on one line, `- { … }`.
    package var inlineYAML: String { inlineElement(lines) }

    private var lines: [String] {
        var lines = header.idLines + ["destination: \(YAMLText.oneOrList(destinations.map(\.description)))"]
        if let ports { lines.append("port: \(YAMLText.oneOrList(ports.rangeTexts))") }
        if let transport { lines.append("protocol: \(transport.rawValue)") }
        if let process { lines.append("process: \(YAMLText.scalar(process.description))") }
        if let user { lines.append("user: \(YAMLText.scalar(user.description))") }
        if let cgroup { lines.append("cgroup: \(YAMLText.scalar(cgroup.description))") }
        if let unit { lines.append("unit: \(YAMLText.scalar(unit))") }
        return lines + header.lines
    }
}
