/// Cuts text into terms: runs of ASCII letters and digits, in small letters, without stop words, stemmed.
struct TermReader: Sendable {
    private var stemmer = PorterStemmer()

    /// Letters of a word; one that is shorter or longer says nothing, such as base64 and hexadecimal strings.
    static let lengths = 2...40

    /// Calls `body` with each word that is no stop word, in small letters, and the term it stands for, in the order they stand; ends
    /// early when it returns false.
    mutating func forEachWord(in text: some Collection<UInt8>, _ body: (ArraySlice<UInt8>, [UInt8]) -> Bool) {
        Self.forEachWord(in: text) { word in term(of: word).map { body(word, $0) } ?? true }
    }

    /// Calls `body` with each run of letters and digits, in small letters; ends early when it returns false.
    static func forEachWord(in text: some Collection<UInt8>, _ body: (ArraySlice<UInt8>) -> Bool) {
        var word: [UInt8] = []
        for byte in text {
            if let letter = letter(byte) {
                word.append(letter)
            } else if !word.isEmpty {
                guard body(word[...]) else { return }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { _ = body(word[...]) }
    }

    /// All terms of `text`.
    mutating func terms(of text: String) -> [[UInt8]] {
        var terms: [[UInt8]] = []
        forEachWord(in: text.utf8) { _, term in
            terms.append(term)
            return true
        }
        return terms
    }

    /// The term that a word stands for; nil for a stop word. `word` is in small letters.
    mutating func term(of word: ArraySlice<UInt8>) -> [UInt8]? {
        guard Self.lengths.contains(word.count), !StopWords.contains(word) else { return nil }
        return stemmer.stem(word)
    }

    /// The letter or digit as a small one; nil for what separates words.
    static func letter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: nil
        }
    }
}
