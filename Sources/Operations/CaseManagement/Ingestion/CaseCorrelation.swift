internal import SQLite
internal import Triage

/// Finds the case that an alert belongs to. Its cost is bounded by the alert's entities, whatever is stored.
struct CaseCorrelation {
    enum Decision {
        case join(caseID: Int, CorrelationScore)
        /// No open case fits; the newest one that fits and is over is named.
        case open(refersTo: Int?)
    }

    private struct Candidate {
        var score = CorrelationScore()
        var isOver: Bool
    }

    let changes: StoreChanges
    let alert: PreparedAlert
    let time: EventTime

    func decide() throws(SQLiteError) -> Decision {
        var candidates: [Int: Candidate] = [:]
        for entity in alert.entities where entity.weight.binds { try collect(entity, &candidates) }
        if !candidates.isEmpty {
            for entity in alert.entities where !entity.weight.binds { try support(entity, &candidates) }
        }
        let fitting = candidates.filter { $0.value.score.value >= changes.settings.joinScore }
        // The best; of equals the oldest, so that the same alerts in the same order always come together alike.
        let best = fitting.filter { !$0.value.isOver }
            .max { ($0.value.score.value, $1.key) < ($1.value.score.value, $0.key) }
        if let best { return .join(caseID: best.key, best.value.score) }
        return .open(refersTo: fitting.filter(\.value.isOver).keys.max())
    }

    private func collect(_ keyed: PreparedAlert.KeyedEntity, _ candidates: inout [Int: Candidate]) throws(SQLiteError) {
        let window = changes.settings.correlationWindow
        // The times that alerts tell are their senders' to choose: cases of other times do not use up those that are looked at.
        let rows = try changes.connection.all(
            """
            SELECT e.case_id, e.first_seen, e.last_seen, c.state, e.value, e.kind FROM
                (SELECT * FROM case_entities WHERE entity = ?1 ORDER BY case_id DESC LIMIT 512) e
            JOIN cases c ON c.id = e.case_id WHERE e.last_seen >= ?2 AND e.first_seen <= ?3
            ORDER BY e.case_id DESC LIMIT 16
            """,
            [
                .integer(keyed.key), .integer(Int(time.adding(.zero - window).milliseconds)),
                .integer(Int(time.adding(window).milliseconds)),
            ]
        ) { row in
            (
                id: row.integer(0), first: EventTime(milliseconds: row.integer(1)),
                last: EventTime(milliseconds: row.integer(2)),
                state: row.text(3), value: row.text(4), kind: row.text(5)
            )
        }
        let near = rows.filter { row in
            row.value == keyed.entity.value && row.kind == keyed.entity.kind.rawValue
        }
        let open = near.count { !CaseState.isOver($0.state) }
        for row in near {
            let isOver = CaseState.isOver(row.state)
            let count = isOver ? 1 : open
            let distance = time < row.first ? row.first.since(time) : time > row.last ? time.since(row.last) : .zero
            candidates[row.id, default: Candidate(isOver: isOver)].score.add(
                CorrelationScore.Part(
                    kind: keyed.entity.kind.rawValue, value: keyed.entity.value, reason: keyed.weight.reason,
                    weight: keyed.weight.value, rarity: CorrelationScore.rarity(cases: count),
                    proximity: CorrelationScore.proximity(distance, window: window),
                    binds: count < CorrelationScore.commonAt))
        }
    }

    /// Common entities only add to cases that something specific has named.
    private func support(_ keyed: PreparedAlert.KeyedEntity, _ candidates: inout [Int: Candidate]) throws(SQLiteError) {
        for id in candidates.keys.sorted() {
            let isShared = try changes.connection.first(
                "SELECT value = ? FROM case_entities WHERE entity = ? AND case_id = ?",
                [.text(keyed.entity.value), .integer(keyed.key), .integer(id)]
            ) { $0.integer(0) == 1 }
            guard isShared == true else { continue }
            candidates[id]?.score.add(
                CorrelationScore.Part(
                    kind: keyed.entity.kind.rawValue, value: keyed.entity.value, reason: keyed.weight.reason,
                    weight: keyed.weight.value, rarity: 1, proximity: 1, binds: false))
        }
    }
}
