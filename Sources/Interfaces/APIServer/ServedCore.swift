internal import Auditing
internal import CaseManagement
internal import CoreRoutes
internal import Cryptography
internal import LinuxSystem
internal import Notifications
internal import Storage
internal import Triage

/// The core and its store, as many threads ask them at once: each reads with a connection that nobody else uses meanwhile.
final class ServedCore: CoreAccess, Sendable {
    private let shared: Core
    private let state: String
    private let rules: @Sendable () -> AlertDelivery.Rules
    private let readers = Monitor<[StoreReader]>([])
    private let room: RoomCheck
    private let key = Monitor<Ed25519.PrivateKey?>(nil)
    /// Connections that wait for the next question.
    private static let spareLimit = 32

    /// - Parameter rules: the alerts policy in force.
    init(_ core: Core, state: String, rules: @escaping @Sendable () -> AlertDelivery.Rules = { .none }) {
        shared = core
        self.rules = rules
        self.state = state
        room = RoomCheck(state)
    }

    var now: EventTime { shared.now }
    var settings: CoreSettings { shared.settings }
    func core() -> Core { shared }

    func checkRoom() throws(RouteProblem) {
        guard !shared.queue.wasRefused(within: RoomCheck.lasting) else {
            throw RouteProblem(503, "the disk refused what was to be written a moment ago")
        }
        do throws(SystemError) { try room.check() } catch { throw RouteProblem(503, "\(error)") }
    }

    func notificationCheck() -> NotificationCheck { NotificationCheck(rules()) }
    func catalogue() -> CatalogueIdentity? { shared.catalogue.identity }
    func playbooks() -> PlaybookSet { shared.playbooks }

    func read<Value>(_ body: (StoreReader) throws(StorageError) -> Value) throws(RouteProblem) -> Value {
        do throws(StorageError) {
            let reader =
                if let spare = readers.withLock({ $0.popLast() }) { spare } else {
                    try StoreReader(shared.queue.file)
                }
            // One that failed is not used again: the file may be another by now.
            let value = try body(reader)
            readers.withLock { if $0.count < Self.spareLimit { $0.append(reader) } }
            return value
        } catch { throw RouteProblem(error) }
    }

    func evidencePublicKey() throws(RouteProblem) -> Ed25519.PublicKey? { try evidenceKey().publicKey }

    func evidenceKey() throws(RouteProblem) -> Ed25519.PrivateKey {
        do throws(AuditError) {
            return try key.withLock { key throws(AuditError) in
                if let key { return key }
                let made = try EvidenceKey.load(in: state)
                key = made
                return made
            }
        } catch {
            var problem = RouteProblem(503, "the key that evidence is signed with: \(error)")
            problem.messageForClients =
                "evidence cannot be signed now; the log of bailey-core has why, by the request id"
            throw problem
        }
    }
}
