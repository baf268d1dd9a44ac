/// Finds which of many phrases a text has, in one pass over it (Aho and Corasick, 1975): looking for each of 150 phrases by itself costs
/// more than everything else that triage does with an alert.
struct PhraseIndex: Sendable {
    /// Bytes of a text that are looked at.
    private static let limit = 20_000

    private let phrases: [String]
    /// Bytes that are in no phrase are all one class, 0.
    private var classes = [UInt8](repeating: 0, count: 256)
    private var classCount = 1
    /// Where a class leads from a state: `state * classCount + class`.
    private var next: [Int32] = []
    /// The phrases that end in a state.
    private var ends: [[Int32]] = []

    /// - Parameter phrases: ASCII, in lower case.
    init(_ phrases: [String]) {
        self.phrases = Array(Set(phrases)).sorted()
        for byte in Set(self.phrases.flatMap(\.utf8)).sorted() {
            classes[Int(byte)] = UInt8(classCount)
            classCount += 1
        }
        for upper in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(upper)] = classes[Int(upper | 0x20)] }
        build()
    }

    private mutating func build() {
        let missing: Int32 = -1
        next = [Int32](repeating: missing, count: classCount)
        ends = [[]]
        for (number, phrase) in phrases.enumerated() {
            var state = 0
            for byte in phrase.utf8 {
                let place = state * classCount + Int(classes[Int(byte)])
                if next[place] == missing {
                    next[place] = Int32(ends.count)
                    ends.append([])
                    next.append(contentsOf: repeatElement(missing, count: classCount))
                }
                state = Int(next[place])
            }
            ends[state].append(Int32(number))
        }
        // Breadth first: where a state has no way on, it goes where its longest proper suffix goes.
        var failures = [Int](repeating: 0, count: ends.count)
        var queue: [Int] = []
        for index in 0..<classCount {
            if next[index] == missing { next[index] = 0 } else { queue.append(Int(next[index])) }
        }
        var position = 0
        while position < queue.count {
            let state = queue[position]
            position += 1
            ends[state] += ends[failures[state]]
            for index in 0..<classCount {
                let place = state * classCount + index
                let fallback = next[failures[state] * classCount + index]
                if next[place] == missing {
                    next[place] = fallback
                } else {
                    failures[Int(next[place])] = Int(fallback)
                    queue.append(Int(next[place]))
                }
            }
        }
    }

    /// The phrases that `text` has, whatever the case of its letters.
    func phrases(in text: String) -> Set<String> {
        var found: Set<String> = []
        var text = text
        text.withUTF8 { bytes in
            next.withUnsafeBufferPointer { next in
                var state = 0
                for byte in bytes.prefix(Self.limit) {
                    state = Int(next[state * classCount + Int(classes[Int(byte)])])
                    if !ends[state].isEmpty { for number in ends[state] { found.insert(phrases[Int(number)]) } }
                }
            }
        }
        return found
    }
}
