internal import JSON
internal import SQLite
package import Storage
package import Triage

/// What people do to cases. Each names who does it; each is durable once it returns, and in the case's history.
extension Core {
    package static let noteLimit = 10_000

    package func move(_ caseID: Int, to state: CaseState, by actor: String, note: String = "") throws(CaseError) {
        let (actor, note) = (try Self.name(actor), try Self.note(note))
        try perform { (changes) throws(SQLiteError) in
            guard let from = try Self.state(of: caseID, changes) else { return .noCase(caseID) }
            guard from.permits(state) else { return .notPermitted(caseID: caseID, from: from, to: state) }
            try CaseActions(changes: changes).move(caseID, to: state, by: actor, note: note)
            return nil
        }
    }

    /// - Parameter assignee: empty for nobody.
    package func assign(_ caseID: Int, to assignee: String, by actor: String) throws(CaseError) {
        let (actor, assignee) = (try Self.name(actor), assignee.isEmpty ? "" : try Self.name(assignee))
        try perform { (changes) throws(SQLiteError) in
            try changes.connection.execute(
                "UPDATE cases SET assignee = ?, updated_at = ? WHERE id = ?",
                [.text(assignee), changes.now.bound, .integer(caseID)])
            guard changes.connection.changes > 0 else { return .noCase(caseID) }
            try CaseHistory(changes: changes).note(caseID, actor: actor, "assigned", assignee)
            return nil
        }
    }

    package func comment(_ caseID: Int, _ text: String, by actor: String) throws(CaseError) {
        let (actor, text) = (try Self.name(actor), try Self.note(text))
        guard !text.isEmpty else { throw .invalid("a comment needs some text") }
        try perform { (changes) throws(SQLiteError) in
            guard try Self.state(of: caseID, changes) != nil else { return .noCase(caseID) }
            try CaseHistory(changes: changes).note(caseID, actor: actor, "comment", text)
            return nil
        }
    }

    package func tag(_ caseID: Int, _ tag: String, remove: Bool = false, by actor: String) throws(CaseError) {
        let (actor, tag) = (try Self.name(actor), try Self.name(tag))
        try perform { (changes) throws(SQLiteError) in
            guard try Self.state(of: caseID, changes) != nil else { return .noCase(caseID) }
            if remove {
                try changes.connection.execute(
                    "DELETE FROM case_tags WHERE case_id = ? AND tag = ?", [.integer(caseID), .text(tag)])
            } else {
                try changes.connection.execute(
                    "INSERT OR IGNORE INTO case_tags VALUES (?, ?)", [.integer(caseID), .text(tag)])
                guard changes.connection.changes > 0 else {
                    return .exists("case \(caseID) has the tag '\(tag)' already")
                }
            }
            try CaseHistory(changes: changes).note(caseID, actor: actor, remove ? "untagged" : "tagged", tag)
            return nil
        }
    }

    /// Puts all of one case into another; the first ends as closed and says where it went.
    package func merge(_ caseID: Int, into target: Int, by actor: String) throws(CaseError) {
        let actor = try Self.name(actor)
        guard caseID != target else { throw .invalid("a case cannot be merged into itself") }
        try perform { (changes) throws(SQLiteError) in
            guard let from = try Self.state(of: caseID, changes) else { return .noCase(caseID) }
            guard let into = try Self.state(of: target, changes) else { return .noCase(target) }
            guard !from.isOver else { return .invalid("case \(caseID) is over, and a case that is over is not merged") }
            guard !into.isOver else { return .invalid("case \(target) is over, and nothing is merged into it") }
            try CaseMembership(changes: changes).merge(caseID, into: target, by: actor)
            return nil
        }
    }

    /// Takes alerts out of a case into a new one.
    /// - Returns: the new case.
    package func split(_ caseID: Int, alerts: Set<Int>, by actor: String) throws(CaseError) -> Int {
        let actor = try Self.name(actor)
        guard !alerts.isEmpty else { throw .invalid("name the alerts that are to go") }
        return try result { (changes) throws(SQLiteError) in
            guard let state = try Self.state(of: caseID, changes) else { return .failure(.noCase(caseID)) }
            guard !state.isOver else { return .failure(.invalid("case \(caseID) is over")) }
            let members = try changes.connection.all(
                "SELECT id FROM alerts WHERE case_id = ?", [.integer(caseID)]
            ) { $0.integer(0) }
            guard alerts.isSubset(of: members) else {
                return .failure(
                    .invalid("case \(caseID) does not have alert \(alerts.subtracting(members).min() ?? 0)"))
            }
            guard alerts.count < members.count else {
                return .failure(.invalid("something has to stay in case \(caseID)"))
            }
            return .success(try CaseMembership(changes: changes).split(caseID, alerts: alerts.sorted(), by: actor))
        }
    }

    /// Keeps an alert quiet until a time: it is counted on, and opens nothing.
    package func suppress(_ alert: Int, until end: EventTime, by actor: String) throws(CaseError) {
        _ = try Self.name(actor)
        guard end > now else { throw .invalid("the end of a suppression lies ahead") }
        try perform { (changes) throws(SQLiteError) in
            try changes.connection.execute(
                "UPDATE alerts SET state = 'suppressed', suppressed_until = ? WHERE id = ?",
                [end.bound, .integer(alert)])
            guard changes.connection.changes > 0 else { return .noAlert(alert) }
            if let caseID = try changes.connection.first(
                "SELECT case_id FROM alerts WHERE id = ?", [.integer(alert)], { $0.optionalInteger(0) }) ?? nil
            {
                try CaseHistory(changes: changes).note(
                    caseID, actor: actor, "suppressed", "alert \(alert) until \(end)")
            }
            return nil
        }
    }

    /// Moves on what stands still and closes what is done, see `CoreSettings`, takes away counts that no playbook reaches back to, and goes
    /// on with what withdrawals of feedback have left. To be called every minute or so.
    /// - Returns: the cases that were moved.
    package func upkeep() throws(StorageError) -> [Int] {
        let moved = try change { (changes) throws(SQLiteError) in try CaseUpkeep(changes: changes).run() }
        // Each part is a change of its own: what is posted meanwhile is written between them.
        for _ in 0..<Self.purgeParts {
            if try purgeSignals(limit: Self.purgeLimit) < Self.purgeLimit { break }
        }
        for _ in 0..<Self.rejudgedParts {
            if try !rejudge() { break }
        }
        return moved
    }

    /// Some 20 ms of work.
    private static let purgeLimit = 2_000
    /// 200,000 a minute, which is more than come in; the rest of an old store is the next minute's.
    private static let purgeParts = 100
    /// 10,000 alerts a minute that were judged with feedback in mind which was taken back.
    private static let rejudgedParts = 100

    private func purgeSignals(limit: Int) throws(StorageError) -> Int {
        try change { (changes) throws(SQLiteError) in
            try StoredSignals(connection: changes.connection).purge(at: changes.now, limit: limit)
        }
    }
}

extension Core {
    /// A person's or program's name: what stands in the history has to be readable.
    static func name(_ text: String) throws(CaseError) -> String {
        let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard (1...100).contains(trimmed.unicodeScalars.count),
            trimmed.unicodeScalars.allSatisfy({ !$0.isUnwantedControl })
        else {
            throw .invalid("a name has 1 to 100 characters and no control characters")
        }
        // What a history has under it the core did by itself.
        guard trimmed.lowercased() != CaseHistory.core else {
            throw .invalid("\(CaseHistory.core) is what the core itself is called: act under another name")
        }
        return trimmed
    }

    static func note(_ text: String) throws(CaseError) -> String {
        guard text.unicodeScalars.count <= noteLimit else {
            throw .invalid("a note has at most \(noteLimit) characters")
        }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isUnwantedControl }))
    }

    private static func state(of caseID: Int, _ changes: StoreChanges) throws(SQLiteError) -> CaseState? {
        try changes.connection.first("SELECT state FROM cases WHERE id = ?", [.integer(caseID)]) {
            CaseState(rawValue: $0.text(0))
        } ?? nil
    }

    func result<Value: Sendable>(
        _ body: @escaping @Sendable (StoreChanges) throws(SQLiteError) -> Result<Value, CaseError>
    ) throws(CaseError) -> Value {
        let result: Result<Value, CaseError>
        do throws(StorageError) { result = try change(body) } catch { throw .storage(error) }
        return try result.get()
    }

    func perform(_ body: @escaping @Sendable (StoreChanges) throws(SQLiteError) -> CaseError?) throws(CaseError) {
        try result { (changes) throws(SQLiteError) in try body(changes).map { .failure($0) } ?? .success(()) }
    }
}
