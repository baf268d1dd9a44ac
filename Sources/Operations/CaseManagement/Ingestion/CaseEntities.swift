internal import SQLite
internal import Triage

/// What the alerts of one case name.
struct CaseEntities {
    let changes: StoreChanges
    let caseID: Int

    /// Entities of one case at most; beyond them a case is not better known, only slower.
    private static let limit = 500

    func haveRoom() throws(SQLiteError) -> Bool {
        let count = try changes.connection.first(
            "SELECT count(*) FROM case_entities WHERE case_id = ?", [.integer(caseID)]
        ) { $0.integer(0) }
        return count ?? 0 < Self.limit
    }

    func keep(_ entities: [PreparedAlert.KeyedEntity], at time: EventTime) throws(SQLiteError) {
        for keyed in entities {
            let roles = keyed.entity.roles.sorted().map(\.rawValue).joined(separator: ",")
            try changes.connection.execute(
                """
                INSERT INTO case_entities VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT(entity, case_id) DO UPDATE SET
                    first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen),
                    occurrences = occurrences + 1,
                    roles = CASE WHEN instr(roles, excluded.roles) OR length(roles) > 60 THEN roles ELSE roles || ',' || excluded.roles END
                """,
                [
                    .integer(keyed.key), .integer(caseID), .text(keyed.entity.kind.rawValue), .text(keyed.entity.value),
                    .text(roles),
                    .real(keyed.weight.value), time.bound, time.bound,
                ])
        }
    }
}
