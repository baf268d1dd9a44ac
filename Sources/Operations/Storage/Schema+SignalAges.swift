extension Schema {
    /// Lets counts that nobody looks at any more be found by their age. A minute's later events change its count alone, so that only the
    /// first one writes to the index, at its end.
    static let signalAges: StaticString = "CREATE INDEX signal_counts_minute ON signal_counts(minute)"
}
