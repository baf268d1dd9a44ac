package import CaseManagement
package import Cryptography
internal import JSON
package import Notifications
package import Storage
package import Triage

/// What routes answer from: the store to read, the core to change it by.
package protocol CoreAccess {
    var now: EventTime { get }
    var settings: CoreSettings { get }

    /// Whether there is room for what comes in; an error says why not.
    func checkRoom() throws(RouteProblem)

    /// Reads what was last committed.
    func read<Value>(_ body: (StoreReader) throws(StorageError) -> Value) throws(RouteProblem) -> Value

    /// The core to change what is stored.
    func core() throws(RouteProblem) -> Core

    /// What alerts are held against.
    func playbooks() throws(RouteProblem) -> PlaybookSet

    /// Which catalogue of ATT&CK alerts are judged by; nil where there is none that can be used.
    func catalogue() throws(RouteProblem) -> CatalogueIdentity?

    /// What there is to say of the alerts policy in force.
    func notificationCheck() throws(RouteProblem) -> NotificationCheck

    /// What evidence is signed with.
    func evidenceKey() throws(RouteProblem) -> Ed25519.PrivateKey

    /// What evidence is held against; nil where none was signed yet.
    func evidencePublicKey() throws(RouteProblem) -> Ed25519.PublicKey?
}

extension CoreAccess {
    /// Changes something; what stands in the way is the client's business, or the store's.
    func change<Value>(_ body: (Core) throws(CaseError) -> Value) throws(RouteProblem) -> Value {
        let core = try core()
        do throws(CaseError) { return try body(core) } catch { throw RouteProblem(error) }
    }

    /// Changes dead letters, one or all, and answers how many.
    func changeDeadLetters(
        _ id: Int?, _ what: String, _ body: (Outbox, Int?) throws(StorageError) -> Int
    ) throws(RouteProblem) -> RouteAnswer {
        let core = try core()
        let count: Int
        do throws(StorageError) {
            count = try body(Outbox(core.queue, clock: { [core] in core.now }), id)
        } catch { throw RouteProblem(error) }
        if let id, count == 0 { throw RouteProblem(404, "there is no dead letter \(id)") }
        return .document { writer in
            writer.object {
                $0.member("schema", 1)
                $0.member(what, count)
            }
        }
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
        let hasReason =
            switch error {
            case .newer, .cannotOpen, .system, .database: false
            case .busy, .full, .damaged, .closed: true
            }
        messageForClients = error.descriptionForClients + (hasReason ? "" : ", by the request id")
    }
}
