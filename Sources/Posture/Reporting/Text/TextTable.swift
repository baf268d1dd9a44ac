internal import TerminalText

/// Rows in aligned columns for a terminal. Cells hold text from the host, which is made safe here.
struct TextTable {
    struct Cell {
        var text: String
        var ink: TerminalStyle.Ink

        init(_ text: String, _ ink: TerminalStyle.Ink = .plain) {
            self.text = terminalSafe(text)
            self.ink = ink
        }
    }

    private let titles: [String]
    private var rows: [[Cell]] = []

    init(_ titles: [String]) { self.titles = titles }

    var isEmpty: Bool { rows.isEmpty }

    mutating func append(_ row: [Cell]) { rows.append(row) }

    /// Each column as wide as its widest cell, two spaces apart; the last one ragged. Columns that are empty in every row are left out.
    func text(_ style: TerminalStyle, indent: Int = 0) -> String {
        let shown = titles.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
        let widths = shown.map { column in max(titles[column].count, rows.map { $0[column].text.count }.max() ?? 0) }
        let margin = String(repeating: " ", count: indent)
        func line(_ cells: [Cell]) -> String {
            let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
            var line = margin
            for (position, cell) in cells[...last].enumerated() {
                line += style.paint(cell.text, cell.ink)
                if position < last { line += String(repeating: " ", count: widths[position] - cell.text.count + 2) }
            }
            return line + "\n"
        }
        return line(shown.map { Cell(titles[$0], .faint) }) + rows.map { row in line(shown.map { row[$0] }) }.joined()
    }
}

/// Sentences broken into lines between words, each behind `indent` spaces; a word longer than a line stays whole. Lines that are to be
/// copied as they stand (`Prose`) keep their breaks and their own indentation. All of it is made safe.
/// - Parameters:
///   - first: what stands before the first word instead of the spaces; it is written as it is.
///   - firstWidth: how many columns `first` takes, where colours make it longer than that.
func wrapped(
    _ text: String, _ style: TerminalStyle, indent: Int, first: String? = nil, firstWidth: Int? = nil
) -> String {
    let margin = String(repeating: " ", count: indent)
    var lead = (text: first ?? margin, width: firstWidth ?? first?.count ?? indent)
    var wrapped = ""
    for block in Prose(text).blocks {
        switch block {
        case .paragraph(let line): wrapped += words(of: line, style, margin: margin, lead: lead)
        case .snippet(let lines): for line in lines { wrapped += margin + terminalSafe(String(line)) + "\n" }
        }
        lead = (margin, indent)
    }
    return wrapped.isEmpty ? lead.text + "\n" : wrapped
}

private func words(
    of line: Substring, _ style: TerminalStyle, margin: String, lead: (text: String, width: Int)
) -> String {
    var lines: [String] = []
    var current = lead.text
    var width = lead.width
    var isStart = true
    for word in line.split(whereSeparator: \.isWhitespace).map({ terminalSafe(String($0)) }) {
        if !isStart, width + 1 + word.count > style.columns {
            lines.append(current)
            (current, width, isStart) = (margin, margin.count, true)
        }
        current += (isStart ? "" : " ") + word
        width += (isStart ? 0 : 1) + word.count
        isStart = false
    }
    return (lines + [current]).joined(separator: "\n") + "\n"
}
