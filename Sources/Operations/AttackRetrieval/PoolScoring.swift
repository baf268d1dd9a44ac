/// Scores the techniques of one pool of passages for one query after the other.
struct PoolScoring: Sendable {
    private let pool: PassagePool
    /// For each technique, the place of the one it is a sub-technique of; −1 for none.
    private let parents: [Int32]
    /// By passage; all zero between queries.
    private var scores: [Float]
    private var counts = [Int32](repeating: 0, count: PoolScoring.steps + 1)
    /// By technique, the best one 1; all zero when no passage has a term of the query.
    private(set) var sums: [Float]
    /// The score of the best passage.
    private(set) var best: Float = 0

    /// Passages that count.
    private static let passageLimit: Int32 = 500
    /// What a technique gets of each of its sub-techniques' sums.
    private static let parentShare: Float = 0.2
    /// Scores are told apart to this part of the best one where the 500 best are cut off; those within one step count together, so that
    /// the order of passages never matters.
    private static let steps = 1024

    init(_ pool: PassagePool, parents: [Int32]) {
        self.pool = pool
        self.parents = parents
        scores = [Float](repeating: 0, count: pool.techniques.count)
        sums = [Float](repeating: 0, count: parents.count)
    }

    mutating func score(_ terms: [Int]) {
        addPostings(of: terms)
        best = scores.max() ?? 0
        for place in sums.indices { sums[place] = 0 }
        guard best > 0 else { return }
        poolBest(above: threshold())
        addToParents()
        let highest = sums.max() ?? 0
        guard highest > 0 else { return }
        for place in sums.indices { sums[place] /= highest }
    }

    /// The inner loop: tens of thousands of postings a query.
    private mutating func addPostings(of terms: [Int]) {
        let pool = pool
        scores.withUnsafeMutableBufferPointer { scores in
            pool.postings.withUnsafeBufferPointer { postings in
                for term in terms {
                    let weight = pool.stepWeight(of: term)
                    // SAFETY: an index is only made or read with postings whose passages there are, and `scores` has one for each.
                    for posting in postings[pool.range(of: term)] {
                        scores[Int(posting >> 8)] += weight * Float(posting & 0xff)
                    }
                }
            }
        }
    }

    /// The score that the best 500 passages have at least.
    private mutating func threshold() -> Float {
        let perScore = Float(Self.steps) / best
        for step in counts.indices { counts[step] = 0 }
        for score in scores where score > 0 { counts[min(Self.steps, Int(score * perScore))] += 1 }
        var seen: Int32 = 0
        var step = Self.steps
        while step > 0 {
            seen += counts[step]
            if seen >= Self.passageLimit { break }
            step -= 1
        }
        return Float(step) / perScore
    }

    /// Adds the cubes of the passages' scores to their techniques', and leaves all scores zero.
    private mutating func poolBest(above threshold: Float) {
        for passage in scores.indices {
            let score = scores[passage]
            guard score > 0 else { continue }
            scores[passage] = 0
            if score >= threshold { sums[Int(pool.techniques[passage])] += score * score * score }
        }
    }

    /// Sums as they were before count: no technique is a sub-technique and has some.
    private mutating func addToParents() {
        for (place, parent) in parents.enumerated() where parent >= 0 {
            sums[Int(parent)] += Self.parentShare * sums[place]
        }
    }

    /// How much `term` speaks for a technique: its largest weight in any of the technique's passages.
    func contribution(of term: Int, to place: Int) -> Float {
        let steps = pool.postings[pool.range(of: term, technique: UInt16(place))].lazy.map { $0 & 0xff }.max()
        return Float(steps ?? 0) * pool.stepWeight(of: term)
    }
}
