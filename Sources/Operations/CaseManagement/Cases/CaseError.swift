package import Storage

/// Why something was not done to a case or an alert.
package enum CaseError: Error, Sendable, Hashable, CustomStringConvertible {
    case noCase(Int)
    case noAlert(Int)
    case noFeedback(Int)
    case notPermitted(caseID: Int, from: CaseState, to: CaseState)
    /// It is there already.
    case exists(String)
    case invalid(String)
    case storage(StorageError)

    package var description: String {
        switch self {
        case .noCase(let id): "there is no case \(id)"
        case .noAlert(let id): "there is no alert \(id)"
        case .noFeedback(let id): "there is no feedback \(id) that is not withdrawn already"
        case .notPermitted(let id, let from, let to):
            from.successors.isEmpty
                ? "case \(id) is \(from.rawValue), which is the end"
                : "case \(id) is \(from.rawValue) and cannot become \(to.rawValue); next may be: \(from.successors.map(\.rawValue).joined(separator: ", "))"
        case .exists(let what), .invalid(let what): what
        case .storage(let error): error.description
        }
    }
}
