import Findings
import HostModel

/// What a check that looks at several things has found so far, and the answer that follows from it.
///
/// One thing that violates is a violation, whatever else falls short or could not be seen; then what falls short makes it partial;
/// then what could not be seen makes it not assessed; only when everything was seen and nothing is wrong is it compliant. Where nothing
/// was there to be looked at, the question is not applicable: an empty place keeps no rule.
struct Judgement {
    var evidence: [Evidence] = []
    /// What violates, each in a few words.
    private(set) var violations: [String] = []
    /// What is short of the state wished for without being against it.
    private(set) var shortfalls: [String] = []
    /// What could not be seen or cannot be decided, and why.
    private(set) var unknowns: [String] = []
    /// How much of the evidence says no more than that something is not there.
    private var absences = 0

    /// A gap names this many items and counts the rest.
    private static let itemsInGap = 3
    /// An answer carries this much evidence, and counts the rest.
    private static let evidenceLimit = 100

    mutating func violates(_ what: String, _ evidence: Evidence...) { violates(what, evidence) }

    mutating func violates(_ what: String, _ evidence: [Evidence]) {
        violations.append(what)
        self.evidence += evidence
    }

    mutating func fallsShort(_ what: String, _ evidence: Evidence...) { fallsShort(what, evidence) }

    mutating func fallsShort(_ what: String, _ evidence: [Evidence]) {
        shortfalls.append(what)
        self.evidence += evidence
    }

    mutating func isUnknown(_ why: String) {
        if !unknowns.contains(why) { unknowns.append(why) }
    }

    mutating func isUnknown(_ gap: Gap) { isUnknown("\(gap.what): \(gap.why)") }

    mutating func sees(_ evidence: Evidence...) { self.evidence += evidence }

    /// - Parameter absences: how much of it says no more than that something is not there.
    mutating func sees(_ evidence: [Evidence], absences: Int = 0) {
        self.evidence += evidence
        self.absences += absences
    }

    /// The value, if it was seen. What is not there is evidence; what could not be seen is unknown.
    mutating func look<Value>(at observation: Observation<Value>) -> (value: Value, source: String)? {
        switch observation {
        case .seen(let value, let source): return (value, source)
        case .absent(let why, let source):
            sees(Evidence(why, from: source))
            absences += 1
        case .unseen(let gap): isUnknown(gap)
        }
        return nil
    }

    mutating func add(_ other: Judgement) {
        evidence += other.evidence
        absences += other.absences
        violations += other.violations
        shortfalls += other.shortfalls
        for unknown in other.unknowns { isUnknown(unknown) }
    }

    var answer: CheckAnswer {
        var evidence = Array(self.evidence.prefix(Self.evidenceLimit))
        if self.evidence.count > Self.evidenceLimit {
            evidence.append(
                Evidence("and \(self.evidence.count - Self.evidenceLimit) more like these", from: evidence[0].source))
        }
        let gap = Self.list(violations + shortfalls) + (unknowns.isEmpty ? "" : "; not seen: \(Self.list(unknowns))")
        if !violations.isEmpty { return .violation(evidence, gap: gap) }
        if !shortfalls.isEmpty { return .partial(evidence, gap: gap) }
        if !unknowns.isEmpty { return .notAssessed(Self.list(unknowns), evidence: evidence) }
        if absences > 0, absences == self.evidence.count { return .notApplicable(evidence) }
        return .compliant(evidence)
    }

    private static func list(_ items: [String]) -> String {
        let shown = items.prefix(itemsInGap).map { $0.displayed(limit: 300) }.joined(separator: "; ")
        return items.count > itemsInGap ? "\(shown); and \(items.count - itemsInGap) more" : shown
    }
}
