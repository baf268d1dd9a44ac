/// What checking a log came to.
package struct AuditVerification: Sendable, Hashable {
    /// Records that were found in their place, from the first file on.
    package var recordCount: UInt64 = 0
    package var files: [String] = []
    /// The number of the first record here.
    package var first: UInt64?
    /// The last record in its place.
    package var last: AuditLog.Receipt?
    package var lastTime: AuditTime?
    /// What is wrong: of the chain the first thing only, because nothing after it can be trusted; of heads each.
    package var problems: [AuditProblem] = []
    /// What is not wrong and has to be known to judge how much this answer says.
    package var notices: [String] = []
    package var checkedHeads = 0

    package var isSound: Bool { problems.isEmpty }
}

/// One thing wrong with a log.
package struct AuditProblem: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case changed = "changed"
        case removed = "removed"
        case reordered = "reordered"
        case inserted = "inserted"
        /// The end is missing.
        case cut = "cut"
        /// A whole chain, in order, that is not the one that was signed.
        case rewritten = "rewritten"
        /// A head that is not what the key signed.
        case head = "head"
    }

    package struct Place: Sendable, Hashable {
        package var file: String
        /// Counts from 1 in its file.
        package var line: Int
    }

    package var kind: Kind
    /// The first line concerned; nil where there is no line: a head, an end that is missing.
    package var place: Place?
    package var reason: String

    package var description: String {
        (place.map { "\($0.file):\($0.line): " } ?? "") + "\(kind.rawValue): \(reason)"
    }
}
