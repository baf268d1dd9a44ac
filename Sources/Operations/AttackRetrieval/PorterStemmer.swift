/// Porter's stemmer: M. F. Porter, "An algorithm for suffix stripping", Program 14 (3), 1980, pp. 130–137. English words that differ
/// only in their ending become one: `injected`, `injecting` and `injection` are `inject`.
///
/// The measure m of a stem is the number of vowel sequences followed by consonants in it; each step takes the longest suffix that
/// matches and replaces it when the condition on what stands before it holds.
struct PorterStemmer: Sendable {
    /// Lower-case ASCII letters and digits; shortened in place.
    private var word: [UInt8] = []

    /// The stem of `term`, which is lower-case ASCII.
    mutating func stem(_ term: ArraySlice<UInt8>) -> [UInt8] {
        word.removeAll(keepingCapacity: true)
        word.append(contentsOf: term)
        guard word.count > 2 else { return word }
        removePlural()
        removePastAndProgressive()
        turnFinalY()
        replaceFirst(of: Self.doubleSuffixes, minimum: 1)
        replaceFirst(of: Self.derivedSuffixes, minimum: 1)
        removeResidue()
        tidy()
        return word
    }

    private typealias Rule = (suffix: StaticString, replacement: StaticString)

    /// Step 2.
    private static let doubleSuffixes: [Rule] = [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"),
        ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"),
        ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
        ("iviti", "ive"), ("biliti", "ble"),
    ]
    /// Step 3.
    private static let derivedSuffixes: [Rule] = [
        ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
    ]
    /// Step 4: the longest that matches counts, so `ement` stands before `ment` before `ent`.
    private static let residues: [StaticString] = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate",
        "iti", "ous", "ive", "ize",
    ]
}

extension PorterStemmer {
    private func ends(with suffix: StaticString) -> Bool {
        let count = suffix.utf8CodeUnitCount
        guard word.count >= count else { return false }
        return suffix.withUTF8Buffer { $0.elementsEqual(word[(word.count - count)...]) }
    }

    private mutating func replace(_ suffix: StaticString, by replacement: StaticString) {
        word.removeLast(suffix.utf8CodeUnitCount)
        replacement.withUTF8Buffer { word.append(contentsOf: $0) }
    }

    /// Whether the letter at `index` is a consonant: `y` is one at the start and after a vowel.
    private func isConsonant(at index: Int) -> Bool {
        switch word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "y"): index == 0 || !isConsonant(at: index - 1)
        default: true
        }
    }

    /// m of the first `length` letters.
    private func measure(_ length: Int) -> Int {
        var count = 0
        var afterVowel = false
        for index in 0..<length {
            let consonant = isConsonant(at: index)
            if consonant, afterVowel { count += 1 }
            afterVowel = !consonant
        }
        return count
    }

    private func hasVowel(_ length: Int) -> Bool { (0..<length).contains { !isConsonant(at: $0) } }

    private func endsInDoubleConsonant(_ length: Int) -> Bool {
        length >= 2 && word[length - 1] == word[length - 2] && isConsonant(at: length - 1)
    }

    /// *o: consonant, vowel, consonant that is none of w, x and y.
    private func endsInShortSyllable(_ length: Int) -> Bool {
        guard length >= 3, isConsonant(at: length - 1), !isConsonant(at: length - 2), isConsonant(at: length - 3)
        else { return false }
        return ![UInt8(ascii: "w"), UInt8(ascii: "x"), UInt8(ascii: "y")].contains(word[length - 1])
    }

    /// Step 1a.
    private mutating func removePlural() {
        if ends(with: "sses") {
            word.removeLast(2)
        } else if ends(with: "ies") {
            word.removeLast(2)
        } else if !ends(with: "ss"), ends(with: "s") {
            word.removeLast()
        }
    }

    /// Step 1b.
    private mutating func removePastAndProgressive() {
        if ends(with: "eed") {
            if measure(word.count - 3) > 0 { word.removeLast() }
            return
        }
        if ends(with: "ed"), hasVowel(word.count - 2) {
            word.removeLast(2)
        } else if ends(with: "ing"), hasVowel(word.count - 3) {
            word.removeLast(3)
        } else {
            return
        }
        if ends(with: "at") || ends(with: "bl") || ends(with: "iz") {
            word.append(UInt8(ascii: "e"))
        } else if endsInDoubleConsonant(word.count) {
            if ![UInt8(ascii: "l"), UInt8(ascii: "s"), UInt8(ascii: "z")].contains(word[word.count - 1]) {
                word.removeLast()
            }
        } else if measure(word.count) == 1, endsInShortSyllable(word.count) {
            word.append(UInt8(ascii: "e"))
        }
    }

    /// Step 1c.
    private mutating func turnFinalY() {
        if ends(with: "y"), hasVowel(word.count - 1) { word[word.count - 1] = UInt8(ascii: "i") }
    }

    /// Steps 2 and 3. Among suffixes that end alike the longer stands first.
    private mutating func replaceFirst(of rules: [Rule], minimum: Int) {
        guard let rule = rules.first(where: { ends(with: $0.suffix) }) else { return }
        if measure(word.count - rule.suffix.utf8CodeUnitCount) >= minimum { replace(rule.suffix, by: rule.replacement) }
    }

    /// Step 4.
    private mutating func removeResidue() {
        guard let suffix = Self.residues.first(where: { ends(with: $0) }) else { return }
        let length = word.count - suffix.utf8CodeUnitCount
        guard measure(length) > 1 else { return }
        if ends(with: "ion") {
            guard length > 0, word[length - 1] == UInt8(ascii: "s") || word[length - 1] == UInt8(ascii: "t") else {
                return
            }
        }
        word.removeLast(suffix.utf8CodeUnitCount)
    }

    /// Step 5.
    private mutating func tidy() {
        if ends(with: "e") {
            let length = word.count - 1
            let measure = measure(length)
            if measure > 1 || (measure == 1 && !endsInShortSyllable(length)) { word.removeLast() }
        }
        if ends(with: "l"), endsInDoubleConsonant(word.count), measure(word.count - 1) > 1 { word.removeLast() }
    }
}
