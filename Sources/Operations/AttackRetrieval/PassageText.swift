/// Makes ATT&CK's Markdown plain.
enum PassageText {
    /// Takes out citations, `(Citation: …)`, tags and the targets of links.
    static func plain(_ text: String) -> String {
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        output.reserveCapacity(bytes.count)
        let citation = Array("(Citation:".utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if let end = end(ofMarkupAt: index, in: bytes, citation: citation) {
                if byte == UInt8(ascii: "<") { output.append(UInt8(ascii: " ")) }
                index = end
            } else {
                output.append(byte)
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Where the markup that begins at `index` ends; nil when none begins, or none ends within a kilobyte.
    private static func end(ofMarkupAt index: Int, in bytes: [UInt8], citation: [UInt8]) -> Int? {
        let mark: UInt8
        switch bytes[index] {
        case UInt8(ascii: "(") where bytes[index...].starts(with: citation): mark = UInt8(ascii: ")")
        case UInt8(ascii: "<"): mark = UInt8(ascii: ">")
        case UInt8(ascii: "]") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "("):
            mark = UInt8(ascii: ")")
        default: return nil
        }
        return bytes[index..<min(index + 1024, bytes.count)].firstIndex(of: mark).map { $0 + 1 }
    }

    /// Cut after `.`, `!` or `?` before a blank, and at line ends; of fewer than three words none is made.
    static func sentences(of text: String) -> [String] {
        var sentences: [String] = []
        var start = text.utf8.startIndex
        var last: UInt8 = 0
        func finish(_ end: String.Index) {
            let sentence = text[start..<end]
            if sentence.split(separator: " ", omittingEmptySubsequences: true).count >= 3 {
                sentences.append(String(sentence))
            }
        }
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            let endsSentence = byte == UInt8(ascii: " ") && [0x2e, 0x21, 0x3f].contains(last)
            if endsSentence || byte == UInt8(ascii: "\n") {
                finish(index)
                start = text.utf8.index(after: index)
            }
            last = byte
        }
        finish(text.endIndex)
        return sentences
    }
}
