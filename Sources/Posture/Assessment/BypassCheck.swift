package import Findings
package import HostModel

/// A check about one kind of way around the privilege broker: how somebody, or something that runs now, has or gets root's rights without
/// an approval. What it answers as a check follows from the ways it finds, which `bailey guard bypasses` lists one by one.
package protocol BypassCheck: Check {
    func search(_ context: AssessmentContext) -> BypassSearch
}

extension BypassCheck {
    package func evaluate(_ context: AssessmentContext) -> CheckAnswer { search(context).answer }
}

/// One way around.
package struct Bypass: Sendable, Hashable {
    /// How far it leads. The raw value is what documents carry.
    package enum Grade: String, Sendable, CaseIterable {
        /// To root, without a question.
        case open
        /// Part of the way: single commands, rights that can be turned into more.
        case narrow
        /// It cannot be told without a person reading it.
        case undecided
        /// It is there by intention and asks for proof; it still goes past the broker.
        case noted
    }

    package var grade: Grade
    /// In a few words: "ada may run anything without a password".
    package var what: String
    /// What it hangs on: the file, account or process.
    package var resource: Resource
    /// Accounts that it is open to; empty where that is not a matter of accounts.
    package var accounts: [String]
    package var evidence: [Evidence]
    /// More exact than that of its check; nil where that says it.
    package var remediation: String?

    package init(
        _ grade: Grade, _ what: String, _ resource: Resource, accounts: [String] = [], evidence: [Evidence],
        remediation: String? = nil
    ) {
        self.grade = grade
        self.what = what
        self.resource = resource
        self.accounts = accounts
        self.evidence = evidence
        self.remediation = remediation
    }
}

/// What a search for ways around found, what it looked at, and what it could not see.
package struct BypassSearch: Sendable, Hashable {
    package private(set) var bypasses: [Bypass] = []
    /// What was looked at, and what was not there to be looked at.
    package private(set) var examined: [Evidence] = []
    package private(set) var gaps: [Gap] = []
    /// How much of `examined` says no more than that something is not there.
    private var absences = 0

    package init() {}

    mutating func finds(_ bypass: Bypass) { bypasses.append(bypass) }

    mutating func sees(_ what: String, from source: String) { examined.append(Evidence(what, from: source)) }

    mutating func misses(_ gap: Gap) { if !gaps.contains(gap) { gaps.append(gap) } }

    mutating func misses(_ what: String, _ why: String, remedy: String? = nil) {
        misses(Gap(what: what, why: why, remedy: remedy))
    }

    /// The value, if it was seen. What is not there opens no way; what could not be seen is a gap.
    mutating func look<Value>(at observation: Observation<Value>) -> (value: Value, source: String)? {
        switch observation {
        case .seen(let value, let source): return (value, source)
        case .absent(let why, let source):
            sees(why, from: source)
            absences += 1
        case .unseen(let gap): misses(gap)
        }
        return nil
    }

    /// An open way violates, a narrow one falls short, one that nobody can judge is not known, one that is noted is evidence only.
    var answer: CheckAnswer {
        var judgement = Judgement()
        for bypass in bypasses {
            switch bypass.grade {
            case .open: judgement.violates(bypass.what, bypass.evidence)
            case .narrow: judgement.fallsShort(bypass.what, bypass.evidence)
            case .undecided:
                judgement.isUnknown(bypass.what)
                judgement.sees(bypass.evidence)
            case .noted: judgement.sees(bypass.evidence)
            }
        }
        judgement.sees(examined, absences: absences)
        for gap in gaps { judgement.isUnknown(gap) }
        var answer = judgement.answer
        let remedies = bypasses.filter { $0.grade == .open }.map(\.remediation)
        if let only = remedies.first, remedies.allSatisfy({ $0 == only }) { answer.remediation = only }
        if case .notAssessed = answer.status { answer.remediation = gaps.compactMap(\.remedy).first }
        return answer
    }
}
