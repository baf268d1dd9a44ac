extension Schema {
    /// Who was told what: a row for each message and each channel that it goes to. It is the queue, the record of what was sent, and the
    /// dead letters, so that a message is in exactly one of them at any instant.
    static let notifications: StaticString = """
        -- The alert that a notice is about.
        ALTER TABLE notices ADD COLUMN alert INTEGER;
        CREATE TABLE notifications(
            id INTEGER PRIMARY KEY,
            notice INTEGER NOT NULL,
            case_id INTEGER NOT NULL,
            channel TEXT NOT NULL,
            -- The rule of the policy that wanted it.
            rule TEXT NOT NULL,
            severity INTEGER NOT NULL,
            -- What the receiver tells a second delivery by.
            key TEXT NOT NULL,
            -- waiting, sending, sent, dead, dropped
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            tried_at INTEGER,
            sent_at INTEGER,
            -- Why the last attempt failed.
            failure TEXT NOT NULL,
            message TEXT NOT NULL);
        CREATE UNIQUE INDEX notifications_once ON notifications(notice, channel);
        CREATE INDEX notifications_told ON notifications(case_id, channel);
        CREATE INDEX notifications_waiting ON notifications(channel, next_attempt) WHERE state = 'waiting';
        CREATE INDEX notifications_unsent ON notifications(state, id) WHERE state IN ('sending', 'dead');
        CREATE INDEX notifications_sent ON notifications(sent_at) WHERE state = 'sent';
        -- How far notices were looked at (routed), and what this store is told from others by (store).
        CREATE TABLE notification_state(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        -- What came before anybody could be told of it is not told now.
        INSERT INTO notification_state SELECT 'routed', coalesce(max(id), 0) FROM notices;
        """
}
