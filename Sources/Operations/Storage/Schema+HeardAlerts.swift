extension Schema {
    /// Lets the alerts whose verdict has analysts' word in it be found when one takes it back. Of most alerts nobody ever said anything: only
    /// the others are written here. What was taken back before this step is made up for by the next upkeep. The alerts are read once where
    /// there is feedback, and not at all where there is none.
    static let heardAlerts: StaticString = """
        CREATE TABLE heard_alerts(
            likeness BLOB NOT NULL, alert INTEGER NOT NULL, PRIMARY KEY(likeness, alert)) WITHOUT ROWID;
        -- Likenesses whose alerts are being judged anew, the newest first: those below this id are still to be looked at.
        CREATE TABLE rejudgements(likeness BLOB PRIMARY KEY, below INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO heard_alerts SELECT likeness, id FROM alerts
            WHERE EXISTS(SELECT 1 FROM feedback) AND likeness IN (SELECT likeness FROM feedback);
        INSERT INTO rejudgements
            SELECT DISTINCT likeness, 9223372036854775807 FROM feedback WHERE withdrawn_at IS NOT NULL;
        """
}
