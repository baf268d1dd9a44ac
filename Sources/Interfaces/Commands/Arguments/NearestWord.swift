/// The word among `candidates` that `word` was most likely meant to be; nil when none is near.
///
/// Near is an edit distance (insertions, deletions, replacements, swapped neighbours) of at most a third of the word, or a word that
/// goes on where this one ends.
func nearestWord(to word: String, among candidates: some Sequence<String>) -> String? {
    // A word from outside may be of any length, and the distance costs the product of both.
    guard word.count <= 64 else { return nil }
    let limit = max(1, word.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in candidates {
        var distance = editDistance(Array(word), Array(candidate))
        if word.count >= 3, candidate.hasPrefix(word) { distance = min(distance, 1) }
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
}

/// Optimal string alignment: like Levenshtein's distance, with two swapped neighbours counted as one edit.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(last[column] + (character == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
