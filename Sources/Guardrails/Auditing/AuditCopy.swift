/// Somewhere else that records go to once they are on disk: a log that the host's own root does not rule.
///
/// A copy is given away, not guaranteed: nothing waits for it, and a record that could not be copied is recorded all the same.
package protocol AuditCopy: Sendable {
    /// - Parameter line: the record as it stands in the log, without the line end.
    func copy(_ record: AuditRecord, line: [UInt8])
}
