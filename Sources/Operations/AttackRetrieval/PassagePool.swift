/// Passages about techniques as bags of terms, and what each term weighs in each: which text it was, and in what order its words stood,
/// cannot be told from it.
struct PassagePool: Sendable, Equatable {
    /// For each passage, the place of its technique in the catalogue; ascending.
    let techniques: [UInt16]
    /// Where the postings of each term begin; one more at the end.
    let starts: [UInt32]
    /// By term, then passage: the passage in the upper 24 bits, the weight in the lower eight.
    let postings: [UInt32]
    /// Where the passages of each technique begin; the last are of the last one that has some, and one more stands at the end.
    private let firstPassages: [UInt32]
    /// What one step of weights stands for, by how many passages have the term: nearly all terms are in few.
    private let rareStepWeights: [Float]

    /// Okapi BM25 (Robertson, Walker et al., TREC-3, 1994): how soon a term that is there again counts no more.
    private static let saturation = 1.2
    /// The largest weight that `saturation` allows stands for 255.
    private static let weightStep = (saturation + 1) / 255

    init(techniques: [UInt16], starts: [UInt32], postings: [UInt32]) {
        self.techniques = techniques
        self.starts = starts
        self.postings = postings
        firstPassages = Self.firstPassages(techniques)
        rareStepWeights = (0..<Self.rareLimit).map { Self.stepWeight(holders: $0, of: techniques.count) }
    }

    private static let rareLimit = 256

    private static func firstPassages(_ techniques: [UInt16]) -> [UInt32] {
        var first: [UInt32] = []
        for (passage, technique) in techniques.enumerated() {
            while first.count <= Int(technique) { first.append(UInt32(passage)) }
        }
        return first + [UInt32(techniques.count)]
    }

    /// - Parameters:
    ///   - bags: passages, each with its technique's place and its terms' numbers and counts, terms ascending.
    ///   - lengthShare: BM25's b: how much a passage's length counts against its terms.
    init(bags: [Bag], termCount: Int, lengthShare: Double) {
        let lengths = bags.map { Double($0.length) }
        let average = lengths.reduce(0, +) / Double(max(1, lengths.count))
        var byTerm = [[UInt32]](repeating: [], count: termCount)
        for (passage, bag) in bags.enumerated() {
            let length = Self.saturation * (1 - lengthShare + lengthShare * lengths[passage] / max(1, average))
            for (term, count) in bag.terms {
                let weight = Double(count) * (Self.saturation + 1) / (Double(count) + length)
                let step = UInt32(min(255, max(1, (weight / Self.weightStep).rounded())))
                byTerm[term].append(UInt32(passage) << 8 | step)
            }
        }
        var starts: [UInt32] = [0]
        for postings in byTerm { starts.append((starts.last ?? 0) + UInt32(postings.count)) }
        self.init(techniques: bags.map(\.technique), starts: starts, postings: Array(byTerm.joined()))
    }

    func range(of term: Int) -> Range<Int> { Int(starts[term])..<Int(starts[term + 1]) }

    /// What one step of the weights of `term` stands for: more the rarer it is, ln(1 + (N − n + ½) / (n + ½)).
    func stepWeight(of term: Int) -> Float {
        let holders = range(of: term).count
        return holders < rareStepWeights.count
            ? rareStepWeights[holders] : Self.stepWeight(holders: holders, of: techniques.count)
    }

    private static func stepWeight(holders: Int, of passages: Int) -> Float {
        let holders = Double(holders)
        let rarity = naturalLogarithm(1 + (Double(passages) - holders + 0.5) / (holders + 0.5))
        return Float(rarity * weightStep)
    }

    /// Pure arithmetic, so that results are the same bits everywhere. `x` is at least 1; the series of artanh, with its argument below ⅓,
    /// is exact to 1e-9 after eight terms.
    private static func naturalLogarithm(_ x: Double) -> Double {
        let fraction = (x.significand - 1) / (x.significand + 1)
        let square = fraction * fraction
        var power = fraction
        var sum = 0.0
        for odd in stride(from: 1.0, through: 15, by: 2) {
            sum += power / odd
            power *= square
        }
        return Double(x.exponent) * 0.693_147_180_559_945_3 + 2 * sum
    }

    /// The largest step that `term` has in any passage of the technique at `place`; 0 where none has it.
    func largestStep(of term: Int, technique place: Int) -> UInt32 {
        guard place + 1 < firstPassages.count else { return 0 }
        let (first, end) = (firstPassages[place] << 8, firstPassages[place + 1] << 8)
        let range = range(of: term)
        return postings.withUnsafeBufferPointer { postings in
            var (lower, upper) = (range.lowerBound, range.upperBound)
            while lower < upper {
                let middle = (lower + upper) / 2
                if postings[middle] < first { lower = middle + 1 } else { upper = middle }
            }
            var largest: UInt32 = 0
            while lower < range.upperBound, postings[lower] < end {
                largest = max(largest, postings[lower] & 0xff)
                lower += 1
            }
            return largest
        }
    }
}

extension PassagePool {
    /// A passage while the index is made.
    struct Bag {
        let technique: UInt16
        let terms: [(term: Int, count: Int)]

        var length: Int { terms.reduce(0) { $0 + $1.count } }

        /// By technique, then by their terms: where a sentence stood in its text is lost.
        static func precedes(_ left: Bag, _ right: Bag) -> Bool {
            if left.technique != right.technique { return left.technique < right.technique }
            for (one, other) in zip(left.terms, right.terms) where one != other {
                return one.term != other.term ? one.term < other.term : one.count < other.count
            }
            return left.terms.count < right.terms.count
        }

        /// Each once, of bags in order.
        static func distinct(_ bags: [Bag]) -> [Bag] {
            var distinct: [Bag] = []
            for bag in bags where distinct.last.map({ precedes($0, bag) }) ?? true { distinct.append(bag) }
            return distinct
        }
    }
}
