/// What a record is about. The raw values stand in files that are kept for years: they never change.
package enum AuditEvent: String, Sendable, Hashable, CaseIterable {
    // What the broker did.
    case request = "request"
    case denied = "denied"
    case approvalAsked = "approval_asked"
    case approvalGranted = "approval_granted"
    case approvalRefused = "approval_refused"
    case approvalExpired = "approval_expired"
    case proofFailed = "proof_failed"
    case sessionKept = "session_kept"
    case sessionDropped = "session_dropped"
    /// A command is about to start: this record is on disk first.
    case start = "start"
    case finish = "finish"
    case policyLoaded = "policy_loaded"
    case policyRefused = "policy_refused"
    case brokerStart = "broker_start"
    case brokerStop = "broker_stop"

    // What the log says of itself.
    /// The first record there is.
    case logStarted = "log_started"
    /// The first record of each later file: the file before, and the hash that it ends with.
    case logRotated = "log_rotated"
    /// A crash left something at the end that is no record; it was set aside.
    case tornLine = "torn_line"
    case clockSteppedBack = "clock_stepped_back"
}
