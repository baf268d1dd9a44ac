/// The terms of an index, in the order of their bytes.
struct TermTable: Sendable, Equatable {
    let bytes: [UInt8]
    /// Where each term begins; one more at the end.
    let starts: [UInt32]

    init(bytes: [UInt8], starts: [UInt32]) {
        self.bytes = bytes
        self.starts = starts
    }

    /// - Parameter terms: ascending, each once.
    init(_ terms: [[UInt8]]) {
        var bytes: [UInt8] = []
        var starts: [UInt32] = [0]
        for term in terms {
            bytes += term
            starts.append(UInt32(bytes.count))
        }
        self.init(bytes: bytes, starts: starts)
    }

    var count: Int { starts.count - 1 }

    /// The number of `term`; nil when no passage has it.
    func number(of term: [UInt8]) -> Int? {
        var range = 0..<count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            let found = bytes[Int(starts[middle])..<Int(starts[middle + 1])]
            if found.lexicographicallyPrecedes(term) {
                range = (middle + 1)..<range.upperBound
            } else if term.lexicographicallyPrecedes(found) {
                range = range.lowerBound..<middle
            } else {
                return middle
            }
        }
        return nil
    }
}
