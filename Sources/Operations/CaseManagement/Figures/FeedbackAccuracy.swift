package import JSON
internal import SQLite
package import Storage
package import Triage

/// How often verdicts were right, by what analysts said: overall, by verdict and by technique, each with its number and interval.
///
/// A verdict of MEDIUM or more says that something is wrong; it is right where the analyst agrees, and where a corrected verdict is given,
/// where that is the same. Below MEDIUM it is right where the analyst says false positive.
package struct FeedbackAccuracy: Sendable {
    package var overall = Proportion(0, of: 0)
    package var byVerdict: [Verdict: Proportion] = [:]
    package var byTechnique: [String: Proportion] = [:]
    /// By the verdict's confidence, in fifths: whether what it states is how often it is right.
    package var byConfidence: [Int: Calibration] = [:]
    package var withdrawn = 0

    /// Of verdicts whose confidence is about the same.
    package struct Calibration: Sendable, Hashable {
        fileprivate var sum = 0.0
        package fileprivate(set) var right = Proportion(0, of: 0)

        /// The mean confidence.
        package var stated: Double { right.total > 0 ? sum / Double(right.total) : 0 }
    }
}

/// One judgement, for the set that others may learn from.
package struct LabelledAlert: Sendable {
    package var feedback: Int
    package var alert: Int
    package var label: String
    package var verdict: Verdict
    package var confidence: Double
    package var corrected: Verdict?
    package var techniques: [String]
    package var title: String
    package var source: String
    package var at: EventTime

    package var isRight: Bool {
        if let corrected { return corrected == verdict }
        return (verdict >= .medium) == (label == FeedbackLabel.truePositive.rawValue)
    }
}

extension StoreReader {
    /// Judgements that stand, oldest first.
    package func labelledAlerts() throws(StorageError) -> [LabelledAlert] {
        try reading { () throws(SQLiteError) in
            try connection.all(
                """
                SELECT f.id, f.alert, f.label, f.verdict, f.corrected, f.techniques, a.title, a.source, f.at, a.triage, a.confidence FROM feedback f
                JOIN alerts a ON a.id = f.alert WHERE f.withdrawn_at IS NULL ORDER BY f.id
                """
            ) { row in
                let said = StoredText.list(row.text(5))
                let triage = StoredTriage(row.text(9))
                let shown = triage.chain.flatMap(\.techniques)
                return LabelledAlert(
                    feedback: row.integer(0), alert: row.integer(1), label: row.text(2),
                    verdict: Verdict(rawValue: row.integer(3)) ?? .benign,
                    // Held against what analysts say is what was stated before they said it.
                    confidence: triage.unheard?.confidence ?? row.real(10),
                    corrected: row.optionalInteger(4).flatMap(Verdict.init(rawValue:)),
                    techniques: said.isEmpty ? shown.uniqued() : said,
                    title: row.text(6), source: row.text(7), at: EventTime(milliseconds: row.integer(8)))
            }
        }
    }

    package func feedbackAccuracy() throws(StorageError) -> FeedbackAccuracy {
        var accuracy = FeedbackAccuracy()
        for labelled in try labelledAlerts() {
            accuracy.overall.count(labelled.isRight)
            accuracy.byVerdict[labelled.verdict, default: Proportion(0, of: 0)].count(labelled.isRight)
            let fifth = min(4, Int(labelled.confidence * 5))
            accuracy.byConfidence[fifth, default: FeedbackAccuracy.Calibration()].count(labelled)
            for technique in labelled.techniques {
                accuracy.byTechnique[technique, default: Proportion(0, of: 0)].count(labelled.isRight)
            }
        }
        accuracy.withdrawn = try reading { () throws(SQLiteError) in
            try connection.first("SELECT count(*) FROM feedback WHERE withdrawn_at IS NOT NULL") { $0.integer(0) } ?? 0
        }
        return accuracy
    }
}

extension FeedbackAccuracy.Calibration {
    fileprivate mutating func count(_ labelled: LabelledAlert) {
        sum += labelled.confidence
        right.count(labelled.isRight)
    }
}

extension Proportion {
    fileprivate mutating func count(_ isRight: Bool) {
        total += 1
        if isRight { count += 1 }
    }
}

extension JSONWriter {
    package mutating func value(_ accuracy: FeedbackAccuracy) {
        object { writer in
            writer.member("overall", accuracy.overall)
            writer.member("withdrawn", accuracy.withdrawn)
            writer.member(
                "by_verdict",
                object: {
                    for (verdict, proportion) in accuracy.byVerdict.sorted(by: { $0.key < $1.key }) {
                        $0.member(verdict.name, proportion)
                    }
                })
            writer.member(
                "by_confidence",
                array: { writer in
                    for (_, calibration) in accuracy.byConfidence.sorted(by: { $0.key < $1.key }) {
                        writer.object {
                            $0.member("stated", rounded: calibration.stated)
                            $0.member("right", calibration.right)
                        }
                    }
                })
            writer.member(
                "by_technique",
                object: {
                    for (technique, proportion) in accuracy.byTechnique.sorted(by: { $0.key < $1.key }) {
                        $0.member(technique, proportion)
                    }
                })
        }
    }

    package mutating func value(_ labelled: LabelledAlert) {
        object {
            $0.member("feedback_id", labelled.feedback)
            $0.member("triage_id", labelled.alert)
            $0.member("text", labelled.title)
            $0.member("source", labelled.source)
            $0.member("label", labelled.label)
            $0.member("verdict", labelled.verdict.name)
            $0.member("confidence", rounded: labelled.confidence)
            $0.member("corrected_verdict", labelled.corrected?.name)
            $0.member("techniques", labelled.techniques)
            $0.member("at", labelled.at.description)
        }
    }
}
