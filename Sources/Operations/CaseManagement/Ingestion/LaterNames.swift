internal import SQLite
internal import Triage

/// What a source says later of a finding that it has told of before: things that it did not name then. An alert without a fingerprint of its
/// source's own is known by what it names, and never comes with anything else.
struct LaterNames {
    let changes: StoreChanges
    let alert: PreparedAlert
    /// The stored alert.
    let id: Int

    private var connection: Connection { changes.connection }
    private var canDiffer: Bool { alert.alert.sourceFingerprint != nil }

    /// Adds to the stored alert what is new.
    /// - Returns: nil where nothing is.
    func record() throws(SQLiteError) -> Added? {
        let entities = alert.alert.entities
        guard canDiffer, !entities.isEmpty else { return nil }
        // Mostly it names what it named; then the stored text is not even read.
        let kept = try connection.first(
            "SELECT triage FROM alerts WHERE id = ? AND NOT instr(triage, ?)",
            [.integer(id), .text(TriageResult.text(of: entities))]
        ) { $0.text(0) }
        guard let kept, let (new, text) = TriageDocument(kept).adding(entities) else { return nil }
        try connection.execute("UPDATE alerts SET triage = ? WHERE id = ?", [.text(text), .integer(id)])
        guard !new.isEmpty else { return nil }
        // An alert of before there were tags has none, and is found by its triage.
        try connection.execute(
            "UPDATE alert_entities SET tags = CAST(tags || ? AS BLOB) WHERE alert = ?",
            [.blob(Entity.tags(of: new)), .integer(id)])
        return Added(changes: changes, alert: alert, id: id, entities: new)
    }

    /// A triage that is made anew, with what the stored one names.
    func keeping(_ document: String) throws(SQLiteError) -> String {
        guard canDiffer,
            let kept = try connection.first("SELECT triage FROM alerts WHERE id = ?", [.integer(id)], { $0.text(0) })
        else { return document }
        return TriageDocument(document).adding(TriageDocument(kept).entities)?.text ?? document
    }

    /// What an alert names now that it did not name before.
    struct Added {
        let changes: StoreChanges
        let alert: PreparedAlert
        let id: Int
        let entities: [Entity]

        private static let shownLimit = 8

        /// Adds it to the alert's case, so that what comes later is held against it too.
        func tell(_ openCase: CaseGlance, at time: EventTime) throws(SQLiteError) {
            let members = CaseEntities(changes: changes, caseID: openCase.id)
            let new = alert.entities.filter { keyed in
                entities.contains { $0.kind == keyed.entity.kind && $0.value == keyed.entity.value }
            }
            guard !new.isEmpty, try members.haveRoom() else { return }
            try members.keep(new, at: time)
            let shown = new.prefix(Self.shownLimit).map { "\($0.entity.kind.rawValue) \($0.entity.value)" }
            let rest = new.count > shown.count ? " and \(new.count - shown.count) more" : ""
            try CaseHistory(changes: changes).note(
                openCase.id, actor: CaseHistory.core, "named",
                "alert \(id) names more: \(shown.joined(separator: ", "))\(rest)")
            let tactics = try changes.connection.first("SELECT triage FROM alerts WHERE id = ?", [.integer(id)]) {
                TriageDocument($0.text(0)).chain.map(\.tactic)
            }
            try CaseActions(changes: changes).updateBlast(of: openCase.id, tactics: Set(tactics ?? []))
        }
    }
}
