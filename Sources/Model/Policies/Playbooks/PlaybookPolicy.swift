/// What an operator makes of the playbooks that ship, and those of his own: `playbook-policy.yaml`.
///
/// What it does not name stays as it ships. A rule that is not in force is not counted; a playbook that is not in force has no say at all.
package struct PlaybookPolicy: Sendable, Hashable {
    package static let fileName = "playbook-policy.yaml"

    package var tunings: [PlaybookTuning]
    package var additions: [PlaybookDefinition]

    package init(tunings: [PlaybookTuning] = [], additions: [PlaybookDefinition] = []) {
        self.tunings = tunings
        self.additions = additions
    }
}

/// A value of the file, and where in it.
package struct PlacedValue<Value: Sendable & Hashable>: Sendable, Hashable {
    package var value: Value
    package var location: SourceLocation

    package init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

/// Other numbers for a playbook that ships; nil leaves one as it is.
package struct PlaybookTuning: Sendable, Hashable {
    package var playbook: String
    package var location: SourceLocation
    package var isInForce: PlacedValue<Bool>?
    package var rules: [PlaybookRuleTuning]
}

package struct PlaybookRuleTuning: Sendable, Hashable {
    package var rule: String
    package var location: SourceLocation
    package var isInForce: PlacedValue<Bool>?
    package var threshold: PlacedValue<Int>?
    package var minutes: PlacedValue<Int>?
    package var afterCount: PlacedValue<Int>?
    /// One of `PlaybookWords.verdicts`.
    package var verdict: PlacedValue<String>?
}

/// A playbook as a file has it: words that its reader was told, not yet what triage executes.
package struct PlaybookDefinition: Sendable, Hashable {
    package struct Signal: Sendable, Hashable {
        package var name: String
        package var groups: [String]
        package var techniques: [String]
        /// In lower case.
        package var phrases: [String]
        package var findingKinds: [String]
        /// In lower case.
        package var unless: [String]
        package var atLeast: String?
    }

    package struct Rule: Sendable, Hashable {
        package struct After: Sendable, Hashable {
            package var signal: String
            package var count: Int
        }

        package var name: String
        package var signal: String
        package var by: String
        package var threshold: Int
        package var distinct: String?
        package var after: After?
        package var minutes: Int
        package var verdict: String
        package var meaning: String
    }

    package var id: String
    package var location: SourceLocation
    package var title: String
    package var signals: [Signal]
    package var rules: [Rule]
    package var actions: [String]
    package var falsePositives: [String]
}

/// What a playbook policy may speak of: the playbooks that ship, and the words of triage.
package struct PlaybookWords: Sendable {
    package struct Rule: Sendable {
        package var name: String
        /// Whether another signal has to come first.
        package var hasAfter: Bool
        /// Whether different values are counted, of which so many are kept at most.
        package var isDistinct: Bool

        package init(name: String, hasAfter: Bool, isDistinct: Bool) {
            self.name = name
            self.hasAfter = hasAfter
            self.isDistinct = isDistinct
        }
    }

    /// By id.
    package var playbooks: [String: [Rule]]
    package var verdicts: [String]
    package var severities: [String]
    package var subjects: [String]

    package init(playbooks: [String: [Rule]], verdicts: [String], severities: [String], subjects: [String]) {
        self.playbooks = playbooks
        self.verdicts = verdicts
        self.severities = severities
        self.subjects = subjects
    }
}

/// How far the numbers of a playbook go, and how much of one there may be.
package enum PlaybookLimits {
    /// A week: what is longer ago is not held against anybody.
    package static let minutes = 1...10_080
    package static let count = 1...1_000_000
    /// Different values that are kept of one subject.
    package static let distinct = 1...200

    static let additions = 50
    static let signals = 16
    static let rules = 32
    /// Groups, techniques, kinds or phrases of one signal.
    static let words = 200
    static let phraseBytes = 3...200
    /// Of all phrases together: the index over them takes some 300 bytes for each of theirs.
    static let allPhraseBytes = 32_768
}
