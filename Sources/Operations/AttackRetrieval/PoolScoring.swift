/// Scores the techniques of one pool of passages for one query after the other.
struct PoolScoring: Sendable {
    private let pool: PassagePool
    /// For each technique, the place of the one it is a sub-technique of; −1 for none.
    private let parents: [Int32]
    /// By passage; all zero between queries.
    private var scores: [Float]
    /// The passages that may be among the best of this query.
    private var candidates: [Int32]
    /// The passages that have a term of this query, where those are few.
    private var touched: [Int32]
    private var counts = [Int32](repeating: 0, count: PoolScoring.steps + 1)
    /// By technique, the best one 1; all zero when no passage has a term of the query.
    private(set) var sums: [Float]
    /// The score of the best passage.
    private(set) var best: Float = 0

    /// Passages that count.
    private static let passageLimit = 500
    /// What a technique gets of each of its sub-techniques' sums.
    private static let parentShare: Float = 0.2
    /// Scores are told apart to this part of the best one where the 500 best are cut off; those within one step count together, so that
    /// the order of passages never matters.
    private static let steps = 1024
    /// Where the words of a query have fewer postings than this part of the passages, passages are visited one by one.
    private static let fewShare = 4

    init(_ pool: PassagePool, parents: [Int32]) {
        self.pool = pool
        self.parents = parents
        scores = [Float](repeating: 0, count: pool.techniques.count)
        candidates = [Int32](repeating: 0, count: pool.techniques.count)
        touched = [Int32](repeating: 0, count: pool.techniques.count / Self.fewShare + 1)
        sums = [Float](repeating: 0, count: parents.count)
    }

    mutating func score(_ words: [QueryWord]) {
        sums.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        best = 0
        if words.reduce(0, { $0 + pool.range(of: $1.term).count }) < touched.count {
            scoreFew(words)
        } else {
            scoreMany(words)
        }
        guard best > 0 else { return }
        addToParents()
        sums.withUnsafeMutableBufferPointer { sums in
            let highest = Self.largest(UnsafeBufferPointer(sums))
            for place in sums.indices { sums[place] /= highest }
        }
    }

    /// Visits every passage, which most terms together have something to say of.
    private mutating func scoreMany(_ words: [QueryWord]) {
        addPostings(of: words)
        best = scores.withUnsafeBufferPointer(Self.largest)
        guard best > 0 else { return }
        let count = findCandidates()
        let candidates = candidates
        candidates.withUnsafeBufferPointer { poolBest(UnsafeBufferPointer(rebasing: $0[..<count])) }
        scores.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    /// Visits the passages alone that have one of the words: an alert's title has a few rare ones, and most passages none of them.
    private mutating func scoreFew(_ words: [QueryWord]) {
        let count = touch(words)
        guard best > 0 else { return }
        let near = gatherNear(count)
        let (chosen, chosenCount) = near >= Self.passageLimit ? (candidates, near) : (touched, count)
        chosen.withUnsafeBufferPointer { poolBest(UnsafeBufferPointer(rebasing: $0[..<chosenCount])) }
        scores.withUnsafeMutableBufferPointer { scores in
            touched.withUnsafeBufferPointer { touched in
                for passage in touched[..<count] { scores[Int(passage)] = 0 }
            }
        }
    }

    /// The same as `addPostings`, with the best score and a list of the passages that have one now. Scores only grow, so that the largest of
    /// all there were on the way is the best.
    /// - Returns: how many they are; there is room for one a posting.
    private mutating func touch(_ words: [QueryWord]) -> Int {
        let pool = pool
        var largest: Int32 = 0
        defer { best = Float(bitPattern: UInt32(bitPattern: largest)) }
        return scores.withUnsafeMutableBufferPointer { scores in
            touched.withUnsafeMutableBufferPointer { touched in
                pool.postings.withUnsafeBufferPointer { postings in
                    var count = 0
                    for word in words {
                        let weight = word.weight * pool.stepWeight(of: word.term)
                        // SAFETY: as in `addPostings`; the caller has seen that there are fewer postings than `touched` has room for.
                        for posting in postings[pool.range(of: word.term)] {
                            let passage = Int(posting >> 8)
                            let before = scores[passage]
                            touched[count] = Int32(truncatingIfNeeded: passage)
                            count &+= before == 0 ? 1 : 0
                            let score = before + weight * Float(posting & 0xff)
                            scores[passage] = score
                            // As in `largest`.
                            largest = max(largest, Int32(bitPattern: score.bitPattern))
                        }
                    }
                    return count
                }
            }
        }
    }

    /// Takes those of the passages touched that have more than a quarter of the best score as candidates.
    /// - Returns: how many they are.
    private mutating func gatherNear(_ count: Int) -> Int {
        let cutoff = (best / 4).bitPattern
        return scores.withUnsafeBufferPointer { scores in
            touched.withUnsafeBufferPointer { touched in
                candidates.withUnsafeMutableBufferPointer { candidates in
                    var near = 0
                    for passage in touched[..<count] {
                        // Without a branch, as in `gather`.
                        candidates[near] = passage
                        near &+= Int((cutoff &- scores[Int(passage)].bitPattern) >> 31)
                    }
                    return near
                }
            }
        }
    }

    /// The inner loop: tens of thousands of postings a query.
    private mutating func addPostings(of words: [QueryWord]) {
        let pool = pool
        scores.withUnsafeMutableBufferPointer { scores in
            pool.postings.withUnsafeBufferPointer { postings in
                for word in words {
                    let weight = word.weight * pool.stepWeight(of: word.term)
                    // SAFETY: an index is only made or read with postings whose passages there are, and `scores` has one for each.
                    for posting in postings[pool.range(of: word.term)] {
                        scores[Int(posting >> 8)] += weight * Float(posting & 0xff)
                    }
                }
            }
        }
    }

    /// The passages of at least a quarter of the best score, and where those are too few, all that have a score.
    private mutating func findCandidates() -> Int {
        let near = gather(above: best / 4)
        return near >= Self.passageLimit ? near : gather(above: 0)
    }

    /// Passes over most passages at one a cycle. A branch that depends on the score would be guessed wrong too often (a third of the
    /// time of a query), so the comparison is arithmetic: scores are not negative, and bit patterns of such numbers are in their order.
    private mutating func gather(above cutoff: Float) -> Int {
        let cutoff = cutoff.bitPattern
        return candidates.withUnsafeMutableBufferPointer { candidates in
            scores.withUnsafeBufferPointer { scores in
                var count = 0
                // SAFETY: there is room for every passage, and `count` is never more than those looked at before.
                for passage in 0..<scores.count {
                    candidates[count] = Int32(truncatingIfNeeded: passage)
                    count &+= Int((cutoff &- scores[passage].bitPattern) >> 31)
                }
                return count
            }
        }
    }

    /// The largest of numbers that are not negative. Their bit patterns are in their order, and of whole numbers several are compared at
    /// a time.
    static func largest(_ numbers: UnsafeBufferPointer<Float>) -> Float {
        var largest: Int32 = 0
        for number in numbers { largest = max(largest, Int32(bitPattern: number.bitPattern)) }
        return Float(bitPattern: UInt32(bitPattern: largest))
    }

    /// Adds the cubes of the 500 best scores to their techniques'.
    private mutating func poolBest(_ candidates: UnsafeBufferPointer<Int32>) {
        let perScore = Float(Self.steps) / best
        let least = candidates.count <= Self.passageLimit ? 0 : leastStep(candidates, perScore)
        let pool = pool
        sums.withUnsafeMutableBufferPointer { sums in
            scores.withUnsafeBufferPointer { scores in
                pool.techniques.withUnsafeBufferPointer { techniques in
                    // SAFETY: each passage has a score and a technique, each technique a sum: an index is only made or read with such.
                    for passage in candidates {
                        let score = scores[Int(passage)]
                        guard min(Self.steps, Int(score * perScore)) >= least else { continue }
                        sums[Int(techniques[Int(passage)])] += score * score * score
                    }
                }
            }
        }
    }

    /// The step in which the 500th best score is.
    private mutating func leastStep(_ candidates: UnsafeBufferPointer<Int32>, _ perScore: Float) -> Int {
        counts.withUnsafeMutableBufferPointer { counts in
            scores.withUnsafeBufferPointer { scores in
                counts.update(repeating: 0)
                for passage in candidates { counts[min(Self.steps, Int(scores[Int(passage)] * perScore))] &+= 1 }
                var seen = 0
                var least = Self.steps + 1
                while least > 0, seen < Self.passageLimit {
                    least -= 1
                    seen += Int(counts[least])
                }
                return least
            }
        }
    }

    /// Sums as they were before count: no technique is a sub-technique and has some.
    private mutating func addToParents() {
        sums.withUnsafeMutableBufferPointer { sums in
            parents.withUnsafeBufferPointer { parents in
                // SAFETY: a parent is the place of a technique, which has a sum.
                for place in parents.indices where parents[place] >= 0 && sums[place] > 0 {
                    sums[Int(parents[place])] += Self.parentShare * sums[place]
                }
            }
        }
    }

    /// How much `term` speaks for a technique: its largest weight in any of the technique's passages.
    func contribution(of term: Int, to place: Int) -> Float {
        let step = pool.largestStep(of: term, technique: place)
        return step == 0 ? 0 : Float(step) * pool.stepWeight(of: term)
    }
}
