/// Finds the techniques that texts are about. It keeps its working memory from one query to the next: one for each thread.
///
/// A query is at most 64 terms, each once; those of its first sentence count more. Every passage is scored by BM25; the best 500 are pooled as the sum of their cubed scores for
/// each technique, and a fifth of a sub-technique's sum is added to its technique's. So passages that have most of the query in them
/// decide, and several such passages outweigh one. This is done once with the passages of ATT&CK's own text and once with those of
/// detection knowledge; each is divided by its best, and knowledge counts twice. Of an alert's title and body each is a query.
package struct AttackSearcher: Sendable {
    package let index: AttackIndex
    private var textTerms = RecentTerms()
    private var eventTerms = RecentTerms()
    private var reader = TermReader()
    private var attack: PoolScoring
    private var knowledge: PoolScoring
    /// By technique.
    private var total: [Float]
    /// Of one query.
    private var part: [Float]

    /// Terms of a query that count, the first ones that any passage has.
    private static let termLimit = 64
    /// How much the words of the first of several sentences count: it is a title, or says what the others explain.
    private static let firstSentenceWeight: Float = 1.5
    /// Measured on development texts: from 1.5 to 3 nothing changes by more than half a point of recall.
    private static let knowledgeShare: Float = 2
    /// How much the body of an alert with a title counts.
    private static let bodyShare: Float = 0.3
    /// Techniques that a technique's score is held against.
    private static let rivals = 5
    private static let evenOdds = 0.04
    private static let goodFit = 0.4
    /// What is left of the probability where a text of sentences has one word or two in common with its best technique.
    private static let fewWords = [0.0, 0.3, 0.75]
    /// BM25 of a best passage at which scores are half of what they could be: two rare words.
    private static let halfScore: Float = 20

    package init(_ index: AttackIndex) {
        self.index = index
        let parents = index.catalogue.techniques.map { technique in
            technique.id.parent.flatMap { index.catalogue.place(of: $0) }.map(Int32.init) ?? -1
        }
        attack = PoolScoring(index.attack, parents: parents)
        knowledge = PoolScoring(index.knowledge, parents: parents)
        total = [Float](repeating: 0, count: parents.count)
        part = total
    }

    /// The `top` techniques that fit best, best first; ties by id. Fewer when fewer share a word with the query.
    package mutating func search(_ query: AttackQuery, top: Int = 5) -> [TechniqueMatch] {
        search(words(of: query), top: top)
    }

    /// The same for a query whose words were read before.
    package mutating func search(_ words: AttackQueryWords, top: Int = 5) -> [TechniqueMatch] {
        let (title, body) = (words.title, words.body)
        total.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        var strength: Float = 0
        for (words, share) in [(title, Float(1)), (body, title.isEmpty ? 1 : Self.bodyShare)] where !words.isEmpty {
            strength = max(strength, add(words, share: share))
        }
        let best = bestPlaces(max(top, Self.rivals))
        guard let first = best.first else { return [] }
        let fit = strength / (strength + Self.halfScore)
        let scale = fit / max(1, total[first])
        let words = title + body
        let rivals = best.prefix(Self.rivals).reduce(0) { $0 + total[$1] }
        let speaking = matched(words, first)
        return best.prefix(top).map { place in
            TechniqueMatch(
                technique: index.catalogue.techniques[place], score: Double(total[place] * scale),
                probability: Self.probability(
                    share: Double(total[place] / rivals), fit: Double(fit),
                    words: body.isEmpty ? speaking.count : nil),
                matched: place == first ? speaking : matched(words, place))
        }
    }

    /// How likely a technique is right that has so much of the five best scores together. Its odds grow with the cube of its share; half
    /// are right at 0.34. Where even the best passage has little of the text it is less.
    ///
    /// Labelled texts are all about a technique; most texts are about none. Sixty everyday ones (`scripts/lib/everyday-texts.txt`) share one
    /// word with their best technique (32) or two (21), of 825 titles of detection rules 56 and 163 do. So sentences with so few words in
    /// common are less likely right: the best techniques of everyday texts came out at 0.42 on average and come out at 0.23, those of
    /// titles at 0.50 where 0.56 are right. A steeper fall with the fit would part them less: at 0.13 for everyday texts titles came
    /// out at 0.30. `scripts/bench` prints how far what is stated and what is right differ, on the texts that the numbers were fitted to and
    /// on others.
    /// - Parameters:
    ///   - fit: of the best passage, 0 to 1.
    ///   - words: how many words speak for the best technique; nil of a raw event, whose words are few and telling.
    static func probability(share: Double, fit: Double, words: Int?) -> Double {
        let odds = share * share * share / evenOdds
        let few = words.map { $0 < fewWords.count ? fewWords[$0] : 1 } ?? 1
        return odds / (1 + odds) * min(1, fit / goodFit) * few
    }

    /// Adds the scores of one query to the total, and tells the score of its best passage.
    private mutating func add(_ words: [QueryWord], share: Float) -> Float {
        attack.score(words)
        knowledge.score(words)
        let (attackSums, knowledgeSums) = (attack.sums, knowledge.sums)
        part.withUnsafeMutableBufferPointer { part in
            for place in part.indices {
                part[place] = attackSums[place] + Self.knowledgeShare * knowledgeSums[place]
            }
        }
        let part = part
        let highest = part.withUnsafeBufferPointer(PoolScoring.largest)
        guard highest > 0 else { return 0 }
        total.withUnsafeMutableBufferPointer { total in
            for place in total.indices { total[place] += share * part[place] / highest }
        }
        return max(attack.best, knowledge.best)
    }

    /// The places of the highest totals, highest first; of equal ones the first place.
    private func bestPlaces(_ limit: Int) -> [Int] {
        var best: [Int] = []
        /// What is no higher than this has no place among them.
        var least: Float = 0
        for (place, score) in total.enumerated() where score > least {
            if best.count >= limit { best.removeLast() }
            let position = best.firstIndex { total[$0] < score } ?? best.endIndex
            best.insert(place, at: position)
            if best.count >= limit, let last = best.last { least = total[last] }
        }
        return best
    }

    /// The words that speak for a technique: those that say at least a fifth of what the most telling one says.
    private func matched(_ words: [QueryWord], _ place: Int) -> [String] {
        let weights = words.map { word in
            attack.contribution(of: word.term, to: place)
                + Self.knowledgeShare * knowledge.contribution(of: word.term, to: place)
        }
        let least = (weights.max() ?? 0) / 5
        var matched: [String] = []
        for (word, weight) in zip(words, weights) where weight > 0 && weight >= least && !matched.contains(word.word) {
            matched.append(word.word)
        }
        return matched
    }
}

/// What of a query is looked for: queries with the same words have the same answer.
package struct AttackQueryWords: Hashable, Sendable {
    let title: [QueryWord]
    let body: [QueryWord]
}

/// A word of a query, the number of the term it stands for, and how much it counts.
struct QueryWord: Hashable, Sendable {
    let word: String
    let term: Int
    let weight: Float

    func hash(into hasher: inout Hasher) { hasher.combine(term) }
}

/// The words of a query that an index has a term for, each term once, up to a limit.
private struct QueryWords {
    let limit: Int
    var words: [QueryWord] = []

    /// Whether there is room for more. A word that is there already stays as it is.
    mutating func add(_ word: ArraySlice<UInt8>, _ term: Int, weight: Float = 1) -> Bool {
        // They are few: looking at each costs less than a set of them.
        guard !words.contains(where: { $0.term == term }) else { return true }
        words.append(QueryWord(word: String(decoding: word, as: UTF8.self), term: term, weight: weight))
        return words.count < limit
    }
}

extension AttackSearcher {
    /// Reads the words of a query, which costs a tenth of looking for them.
    package mutating func words(of query: AttackQuery) -> AttackQueryWords {
        AttackQueryWords(title: words(ofText: query.title), body: words(ofEvent: query.body))
    }

    private mutating func words(ofText text: String) -> [QueryWord] {
        var found = QueryWords(limit: Self.termLimit)
        let bytes = Array(text.utf8.prefix(AttackQuery.sizeLimit))
        let end = Self.firstSentenceEnd(bytes)
        var goesOn = true
        for (part, weight) in [
            (bytes[..<end], end == bytes.endIndex ? 1 : Self.firstSentenceWeight), (bytes[end...], 1),
        ]
        where goesOn {
            TermReader.forEachWord(in: part) { word in
                let term = textTerms.term(of: word) { reader.term(of: word).flatMap(index.terms.number) }
                if let term { goesOn = found.add(word, term, weight: weight) }
                return goesOn
            }
        }
        return found.words
    }

    private static func firstSentenceEnd(_ bytes: [UInt8]) -> Int {
        var last: UInt8 = 0
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: " ") && last == UInt8(ascii: ".")) { return index }
            last = byte
        }
        return bytes.endIndex
    }

    private mutating func words(ofEvent text: String) -> [QueryWord] {
        guard !text.isEmpty else { return [] }
        var found = QueryWords(limit: Self.termLimit)
        EventText(text.utf8.prefix(AttackQuery.sizeLimit)).forEachWordOfValues { word in
            let term = eventTerms.term(of: word) {
                guard EventText.tells(word), let number = reader.term(of: word).flatMap(index.terms.number) else {
                    return nil
                }
                return index.isCommon(number) ? nil : number
            }
            return term.map { found.add(word, $0) } ?? true
        }
        return found.words
    }
}

extension AttackIndex {
    /// A term in more than this share of ATT&CK's passages tells nothing in a raw event.
    private static let commonShare = 0.05

    fileprivate func isCommon(_ term: Int) -> Bool {
        Double(attack.range(of: term).count) > Self.commonShare * Double(attack.techniques.count)
    }
}
