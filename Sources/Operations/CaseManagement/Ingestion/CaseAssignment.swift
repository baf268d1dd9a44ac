internal import JSON
internal import SQLite
internal import Triage

/// Puts one alert into a case, and brings the case up to date with it. What the alert's own row says of its case is written by whoever writes
/// that row.
struct CaseAssignment {
    let changes: StoreChanges
    let alert: PreparedAlert
    /// The alert's id: that of a stored one, or that which it is stored by next.
    let id: Int
    let time: EventTime
    let result: TriageResult

    private var connection: Connection { changes.connection }
    private var now: EventTime { changes.now }
    private var source: Alert { alert.alert }

    /// - Parameter refersTo: the case that the alert was in and that is over; nil when it was in none.
    /// - Returns: the case it is in now; nil when it opens none.
    func assign(refersTo previous: Int?) throws(SQLiteError) -> Int? {
        switch try CaseCorrelation(changes: changes, alert: alert, time: time).decide() {
        case .join(let caseID, let score):
            try link(to: caseID, score.value, score.document)
            try join(caseID)
            return caseID
        case .open(let over):
            guard result.verdict >= changes.settings.opensCase else { return nil }
            let caseID = try open(refersTo: previous ?? over)
            try link(to: caseID, 1, "[]")
            try CaseEntities(changes: changes, caseID: caseID).keep(alert.entities, at: time)
            return caseID
        }
    }

    private func link(to caseID: Int, _ score: Double, _ parts: String) throws(SQLiteError) {
        try connection.execute(
            "INSERT OR REPLACE INTO case_links VALUES (?, ?, ?, ?, ?)",
            [.integer(caseID), .integer(id), .real(score), .text(parts), now.bound])
    }

    private func open(refersTo: Int?) throws(SQLiteError) -> Int {
        let isAutomatic = result.confidence >= changes.settings.automaticTriage
        let state = isAutomatic ? CaseState.triaged : .open
        try connection.execute(
            """
            INSERT INTO cases(title, host, state, severity, verdict, confidence, blast, alerts, occurrences, techniques, assignee,
                first_seen, last_seen, opened_at, updated_at, state_since, triaged_at, nudges, refers_to)
            VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1, ?, '', ?, ?, ?, ?, ?, ?, 0, ?)
            """,
            [
                .text(source.title), .text(source.host), .text(state.rawValue), .integer(source.severity.rawValue),
                .integer(result.verdict.rawValue), .real(result.confidence), .integer(blast.value),
                .text(Self.document(caseTechniques)), time.bound, time.bound, now.bound, now.bound, now.bound,
                isAutomatic ? now.bound : .null, .optional(refersTo),
            ])
        let caseID = connection.lastInsertedID
        let history = CaseHistory(changes: changes)
        try history.note(
            caseID, actor: CaseHistory.core, "opened", to: .open, refersTo.map { "comes back after case \($0)" } ?? "")
        changes.tally("cases")
        changes.tally("cases/state/\(state.rawValue)")
        changes.tally("cases/severity/\(source.severity.name)")
        changes.measure("cases/opened")
        let age = now.since(time)
        if age <= changes.settings.detectionHorizon { changes.measure("detect", seconds: age / .seconds(1)) }
        if isAutomatic {
            try history.note(
                caseID, actor: CaseHistory.core, "state", from: .open, to: .triaged,
                "\(result.verdict.name), confidence \(Int((result.confidence * 100).rounded())) %")
            changes.measure("triage", seconds: 0)
            changes.measure("cases/automatic")
        }
        try history.tell("opened", caseID, source.severity, source.title, alert: id)
        return caseID
    }

    private var caseTechniques: [String] { result.evidentTechniques }
    private var tactics: Set<String> { Set(result.attackChain.map(\.tactic)) }

    /// How far a case reaches that has this alert alone.
    private var blast: BlastRadius {
        BlastRadius(
            of: alert.entities.map { (kind: $0.entity.kind.rawValue, weight: $0.weight.value, count: 1) },
            severity: source.severity, tactics: tactics)
    }

    static func document(_ texts: [String]) -> String { JSONValue.array(texts.map { .text($0) }).compactText }
}

extension CaseAssignment {
    private func join(_ caseID: Int) throws(SQLiteError) {
        guard let before = try CaseGlance.open(caseID, connection) else { return }
        try before.merge(
            result, severity: source.severity, newAlerts: 1, techniques: caseTechniques, at: time, changes)
        let history = CaseHistory(changes: changes)
        try history.note(caseID, actor: CaseHistory.core, "joined", "alert \(id): \(source.title)")
        if before.state == .triaged {
            try CaseActions(changes: changes).move(
                caseID, to: .correlated, by: CaseHistory.core, note: "a second alert joined")
        }
        try history.tell(
            source.severity > before.severity ? "raised" : "joined", caseID, max(source.severity, before.severity),
            source.title, alert: id)
        // A case that has as many entities as it may reaches no further by one more; working that out again for each alert of a flood
        // would cost more than the alert.
        let entities = CaseEntities(changes: changes, caseID: caseID)
        guard try entities.haveRoom() else { return }
        try entities.keep(alert.entities, at: time)
        try CaseActions(changes: changes).updateBlast(of: caseID, tactics: tactics)
    }
}

/// Lists as they stand in a column.
enum StoredText {
    static func list(_ text: String) -> [String] {
        // The core wrote it; what is not a list is none.
        (try? UntrustedJSON.parse(Array(text.utf8)).value)?.elements?.compactMap(\.text) ?? []
    }
}

extension Sequence where Element: Hashable {
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
