/// Which terms the words that were read last stand for. Alerts have few different words, and to stem one and to look it up costs ten times
/// what it costs to find it here.
///
/// A word has one place, where it takes the place of another: there is nothing to grow, and whoever sends words that displace each other
/// gains nothing but that each is worked out.
struct RecentTerms: Sendable {
    /// A word of up to 16 bytes; none has a zero byte, so its length is told too. All zero: nothing.
    private struct Key: Equatable {
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    private static let sizeBits = 12
    private static let longest = 16
    private static let none: Int32 = -1

    private var words = [Key](repeating: Key(), count: 1 << sizeBits)
    /// `none` for a word that stands for no term.
    private var terms = [Int32](repeating: none, count: 1 << sizeBits)

    /// - Parameter find: the term's number; the same at every time.
    mutating func term(of word: ArraySlice<UInt8>, else find: () -> Int?) -> Int? {
        guard !word.isEmpty, word.count <= Self.longest else { return find() }
        var key = Key()
        for byte in word {
            key.high = key.high << 8 | key.low >> 56
            key.low = key.low << 8 | UInt64(byte)
        }
        let hash = (key.low ^ key.high &* 0xff51_afd7_ed55_8ccd) &* 0x9e37_79b9_7f4a_7c15
        let place = Int(hash >> UInt64(64 - Self.sizeBits))
        if words[place] != key {
            let term = find()
            words[place] = key
            terms[place] = term.map { Int32($0) } ?? Self.none
            return term
        }
        return terms[place] == Self.none ? nil : Int(terms[place])
    }
}
