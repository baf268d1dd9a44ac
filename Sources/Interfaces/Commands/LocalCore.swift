import CaseManagement
import CoreRoutes
import Cryptography
import Notifications
import Storage
import TechniqueLookup
import Triage

/// The core's store at hand, as routes are answered from it; one command uses it.
final class LocalCore: CoreAccess {
    private let store: CoreStore
    private let session: Session
    private let judges: Bool
    private var reader: StoreReader?
    private var writer: Core?
    /// What stood in the way, as the command line tells it.
    private(set) var failure: CommandError?

    /// - Parameter judges: whether alerts are judged, for which ATT&CK is read; it takes longer than most commands do.
    init(_ store: CoreStore, in session: Session, judges: Bool) {
        self.store = store
        self.session = session
        self.judges = judges
    }

    var now: EventTime { store.now }
    var settings: CoreSettings { CoreSettings() }

    /// No command asks whether a server is ready.
    func checkRoom() {}

    func read<Value>(_ body: (StoreReader) throws(StorageError) -> Value) throws(RouteProblem) -> Value {
        let opened = try attempt { () throws(CommandError) in
            if let reader { return reader }
            return try store.reader()
        }
        reader = opened
        do throws(StorageError) { return try body(opened) } catch { throw RouteProblem(error) }
    }

    func core() throws(RouteProblem) -> Core {
        if let writer { return writer }
        let made = try attempt { () throws(CommandError) in
            judges
                ? try store.core(
                    catalogue: try AttackTechniques(for: session),
                    playbooks: try PlaybookPolicySource.playbooks(session.policyFiles))
                : try store.core()
        }
        writer = made
        return made
    }

    func playbooks() throws(RouteProblem) -> PlaybookSet {
        try attempt { () throws(CommandError) in try PlaybookPolicySource.playbooks(session.policyFiles) }
    }

    func notificationCheck() throws(RouteProblem) -> NotificationCheck {
        let source = try attempt { () throws(CommandError) in try AlertsPolicySource(in: session) }
        return NotificationCheck(policy: source.policy, in: source.context)
    }

    func catalogue() -> CatalogueIdentity? {
        // Why there is none that can be used, `bailey attack status` says.
        (try? AttackTechniques(for: session))?.identity
    }

    func evidenceKey() throws(RouteProblem) -> Ed25519.PrivateKey {
        try attempt { () throws(CommandError) in try store.evidenceKey() }
    }

    func evidencePublicKey() throws(RouteProblem) -> Ed25519.PublicKey? {
        try attempt { () throws(CommandError) in try store.evidencePublicKey() }
    }

    private func attempt<Value>(_ body: () throws(CommandError) -> Value) throws(RouteProblem) -> Value {
        do throws(CommandError) { return try body() } catch {
            failure = error
            throw RouteProblem(503, "the store cannot be used")
        }
    }
}
