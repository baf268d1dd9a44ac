internal import SQLite

/// The tables of the core, and the steps that bring older files up to them. A step that has shipped is never changed; `user_version`
/// says how many were taken.
package enum Schema {
    /// Times are milliseconds since 1970-01-01T00:00:00Z. Severities count from 0, informational, to 4, critical; verdicts from 0, BENIGN, to
    /// 4, CRITICAL.
    package static let migrations: [StaticString] = [
        initial, notifications, signalAges, entitiesByCase, heardAlerts, alertEntities, liveCases,
    ]

    static func migrate(_ connection: Connection) throws(StorageError) {
        let wrap = { (error: SQLiteError) in StorageError(error, path: connection.path) }
        let version = try schemaVersion(of: connection)
        // Most openings find nothing to do, and take no lock for it.
        if version == migrations.count { return }
        guard version < migrations.count else { throw .newer(path: connection.path, version: version) }
        do throws(SQLiteError) {
            try connection.transaction { () throws(SQLiteError) in
                // Another process may have been quicker.
                for step in migrations.dropFirst(try connection.schemaVersion()) { try connection.executeScript(step) }
                try connection.setSchemaVersion(migrations.count)
            }
        } catch { throw wrap(error) }
    }

    static func schemaVersion(of connection: Connection) throws(StorageError) -> Int {
        do throws(SQLiteError) {
            return try connection.schemaVersion()
        } catch { throw StorageError(error, path: connection.path) }
    }

    private static let initial: StaticString = """
        CREATE TABLE alerts(
            id INTEGER PRIMARY KEY,
            -- What the alert is about, not when: 16 bytes.
            fingerprint BLOB NOT NULL,
            -- What alerts share that one judgement of an analyst speaks for: source and rule.
            likeness BLOB NOT NULL,
            source TEXT NOT NULL,
            alert_id TEXT NOT NULL,
            rule TEXT NOT NULL,
            title TEXT NOT NULL,
            host TEXT NOT NULL,
            severity INTEGER NOT NULL,
            confidence REAL NOT NULL,
            verdict INTEGER NOT NULL,
            state TEXT NOT NULL,
            suppressed_until INTEGER,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            occurrences INTEGER NOT NULL,
            reopened INTEGER NOT NULL,
            case_id INTEGER,
            -- The triage as JSON: entities, techniques, reasons.
            triage TEXT NOT NULL);
        CREATE UNIQUE INDEX alerts_fingerprint ON alerts(fingerprint);
        CREATE INDEX alerts_case ON alerts(case_id, id) WHERE case_id IS NOT NULL;
        CREATE INDEX alerts_severity ON alerts(severity, id);
        -- What came in, after sanitising, for the first occurrence.
        CREATE TABLE alert_payloads(alert INTEGER PRIMARY KEY, payload TEXT NOT NULL);
        -- Each event that was counted, by the id its source gave it, so that a second delivery is not counted.
        CREATE TABLE alert_keys(key BLOB PRIMARY KEY, alert INTEGER NOT NULL) WITHOUT ROWID;
        -- The last batch that each producer's spool delivered.
        CREATE TABLE deliveries(producer TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE cases(
            id INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            host TEXT NOT NULL,
            state TEXT NOT NULL,
            severity INTEGER NOT NULL,
            verdict INTEGER NOT NULL,
            confidence REAL NOT NULL,
            blast INTEGER NOT NULL,
            alerts INTEGER NOT NULL,
            occurrences INTEGER NOT NULL,
            techniques TEXT NOT NULL,
            assignee TEXT NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            -- Since when it is in its state.
            state_since INTEGER NOT NULL,
            triaged_at INTEGER,
            investigated_at INTEGER,
            responded_at INTEGER,
            closed_at INTEGER,
            -- How often it was moved on because nobody did.
            nudges INTEGER NOT NULL,
            refers_to INTEGER,
            merged_into INTEGER);
        CREATE INDEX cases_state ON cases(state, id);
        CREATE INDEX cases_severity ON cases(severity, id);
        CREATE INDEX cases_live ON cases(state, state_since)
            WHERE state NOT IN ('closed', 'false_positive', 'rejected');
        -- Newest case of an entity first, so that a look costs the same with any number of old ones.
        CREATE TABLE case_entities(
            entity INTEGER NOT NULL,
            case_id INTEGER NOT NULL,
            kind TEXT NOT NULL,
            value TEXT NOT NULL,
            roles TEXT NOT NULL,
            weight REAL NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            occurrences INTEGER NOT NULL,
            PRIMARY KEY(entity, case_id DESC)) WITHOUT ROWID;
        CREATE INDEX case_entities_case ON case_entities(case_id);
        -- Why an alert is in its case: the score and what it is made of.
        CREATE TABLE case_links(
            case_id INTEGER NOT NULL,
            alert INTEGER NOT NULL,
            score REAL NOT NULL,
            parts TEXT NOT NULL,
            linked_at INTEGER NOT NULL,
            PRIMARY KEY(case_id, alert)) WITHOUT ROWID;
        CREATE TABLE case_history(
            id INTEGER PRIMARY KEY,
            case_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            from_state TEXT,
            to_state TEXT,
            note TEXT NOT NULL);
        CREATE INDEX case_history_case ON case_history(case_id, id);
        CREATE TABLE case_tags(
            case_id INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY(case_id, tag)) WITHOUT ROWID;

        -- How often a signal of a playbook came, by minute, and the distinct values it came with.
        CREATE TABLE signal_counts(
            signal TEXT NOT NULL, subject BLOB NOT NULL, minute INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY(signal, subject, minute)) WITHOUT ROWID;
        CREATE TABLE signal_values(
            signal TEXT NOT NULL, subject BLOB NOT NULL, value BLOB NOT NULL, last_seen INTEGER NOT NULL,
            PRIMARY KEY(signal, subject, value)) WITHOUT ROWID;

        CREATE TABLE feedback(
            id INTEGER PRIMARY KEY,
            alert INTEGER NOT NULL,
            likeness BLOB NOT NULL,
            analyst TEXT NOT NULL,
            label TEXT NOT NULL,
            verdict INTEGER NOT NULL,
            corrected INTEGER,
            techniques TEXT NOT NULL,
            note TEXT NOT NULL,
            at INTEGER NOT NULL,
            withdrawn_at INTEGER);
        CREATE INDEX feedback_alert ON feedback(alert);
        CREATE INDEX feedback_likeness ON feedback(likeness);

        -- How many there are now, kept with each change, so that a summary does not count.
        CREATE TABLE tallies(name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
        -- What happened in a minute (width 60) and in an hour (3600): how often, and the sum of what was measured.
        CREATE TABLE measures(
            width INTEGER NOT NULL, name TEXT NOT NULL, start INTEGER NOT NULL,
            count INTEGER NOT NULL, total REAL NOT NULL,
            PRIMARY KEY(width, name, start)) WITHOUT ROWID;

        CREATE TABLE reports(
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, made_at INTEGER NOT NULL, from_time INTEGER NOT NULL,
            to_time INTEGER NOT NULL, document TEXT NOT NULL, page TEXT NOT NULL);
        -- What is to be told to people and programs, in order.
        CREATE TABLE notices(
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, case_id INTEGER NOT NULL,
            severity INTEGER NOT NULL, text TEXT NOT NULL);
        """
}
