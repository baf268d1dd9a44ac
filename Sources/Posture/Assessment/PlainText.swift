extension String {
    /// Text from outside as one line for people: control and format characters (terminal escapes, line ends, bidirectional overrides)
    /// become spaces or go, and what is longer than 200 characters is cut with an ellipsis.
    var displayed: String { displayed(limit: 200) }

    func displayed(limit: Int) -> String {
        var line = ""
        var count = 0
        for scalar in unicodeScalars {
            guard count < limit else { return line + "…" }
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.unicodeScalars.append(" ")
            case .format, .surrogate, .privateUse, .unassigned: continue
            default: line.unicodeScalars.append(scalar)
            }
            count += 1
        }
        return line
    }

    /// Without blanks at either end.
    var trimmed: String {
        let rest = drop(while: \.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
