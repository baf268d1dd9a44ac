extension Schema {
    /// Lets alerts be found by what they name, in a case or in none. An index of entities would write to as many places of a large table as an
    /// alert has entities; this is one short row at the end of a table, which is read from its end when somebody asks: a hundred thousand
    /// alerts in some milliseconds. An alert of before this step has no row, and its triage is read.
    static let alertEntities: StaticString = """
        -- `Entity.tag` of each, four bytes, in no order.
        CREATE TABLE alert_entities(alert INTEGER PRIMARY KEY, tags BLOB NOT NULL);
        """
}
