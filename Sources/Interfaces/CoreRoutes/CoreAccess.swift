package import CaseManagement
package import Cryptography
package import Storage
package import Triage

/// What routes answer from: the store to read, the core to change it by.
package protocol CoreAccess {
    var now: EventTime { get }
    var settings: CoreSettings { get }

    /// Reads what was last committed.
    func read<Value>(_ body: (StoreReader) throws(StorageError) -> Value) throws(RouteProblem) -> Value

    /// The core to change what is stored.
    func core() throws(RouteProblem) -> Core

    /// What alerts are held against.
    func playbooks() throws(RouteProblem) -> PlaybookSet

    /// What evidence is signed with.
    func evidenceKey() throws(RouteProblem) -> Ed25519.PrivateKey
}

extension CoreAccess {
    /// Changes something; what stands in the way is the client's business, or the store's.
    func change<Value>(_ body: (Core) throws(CaseError) -> Value) throws(RouteProblem) -> Value {
        let core = try core()
        do throws(CaseError) { return try body(core) } catch { throw RouteProblem(error) }
    }

    /// Changes a case, and answers how it stands then.
    func changeCase(
        _ request: RouteRequest, _ body: (Core, _ caseID: Int) throws(CaseError) -> Void
    ) throws(RouteProblem) -> RouteAnswer {
        let caseID = try request.number("case")
        try change { (core) throws(CaseError) in try body(core, caseID) }
        let found = try read { (reader) throws(StorageError) in try reader.caseRecord(caseID) }
        guard let record = found else { throw RouteProblem(.noCase(caseID)) }
        return .document { $0.value(record) }
    }
}

extension RouteProblem {
    package init(_ error: CaseError) {
        switch error {
        case .noCase, .noAlert, .noFeedback: self.init(404, error.description)
        case .notPermitted, .invalid, .exists: self.init(409, error.description)
        case .storage(let error): self.init(error)
        }
    }

    package init(_ error: StorageError) {
        let isMissing = if case .cannotOpen = error { true } else { false }
        self.init(
            503, error.description, remedy: isMissing ? "bailey-core makes it, and so does bailey triage" : nil)
        // It has the statement in it, which is nothing to who asks over the network.
        if case .database = error {
            messageForClients = "the store could not do it; the log has why, by the request id"
        }
    }
}
