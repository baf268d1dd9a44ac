/// Text as policies, checks and remedies have it: sentences, and below them sometimes lines to be copied as they stand.
///
///     Stop it if nobody needs it. If it is needed, approve it:
///     # /etc/bailey/approved-ports.yaml, below rules:
///       - protocol: tcp
///         port: 8080
struct Prose {
    enum Block {
        case paragraph(Substring)
        /// Lines whose breaks and indentation mean something.
        case snippet([Substring])
    }

    let blocks: [Block]

    /// After the first line, what is indented, a comment or an item of a list is to be copied as it stands.
    init(_ text: String) {
        var blocks: [Block] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
            let isVerbatim = !blocks.isEmpty && [" ", "\t", "#", "-"].contains(line.prefix(1))
            if isVerbatim, case .snippet(let lines)? = blocks.last {
                blocks[blocks.count - 1] = .snippet(lines + [line])
            } else {
                blocks.append(isVerbatim ? .snippet([line]) : .paragraph(line))
            }
        }
        self.blocks = blocks
    }
}
