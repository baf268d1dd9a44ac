import Auditing
import CaseManagement
import Cryptography
import LinuxSystem
import Storage
import Triage

/// The core's store, as commands reach it: directly, beside a core that may be running.
struct CoreStore {
    static let stateOption = CommandOption.value(
        "state", "DIR", help: "Where the core keeps its database; without it this host's, or this user's.")

    let directory: String
    private let session: Session

    init(_ arguments: ParsedArguments, in session: Session) throws(CommandError) {
        self.session = session
        if let named = arguments.value(of: Self.stateOption) {
            directory = absolutePath(named, in: session.environment.workingDirectory)
        } else if let state = Locations.coreState(in: session.environment) {
            directory = state
        } else {
            throw .couldNotRun("state directory", "is not known", remedy: "name one with --state DIR, or set HOME")
        }
    }

    var file: DatabaseFile { DatabaseFile(in: directory) }
    var now: EventTime { EventTime(session.environment.now()) }

    func reader() throws(CommandError) -> StoreReader {
        try Self.storing { () throws(StorageError) in try StoreReader(file) }
    }

    /// The store to write to; it is made where there is none.
    /// - Parameters: for commands that judge alerts; reading the catalogue takes longer than most of the others do.
    func core(
        catalogue: any TechniqueRetrieving = NoTechniques(), playbooks: PlaybookSet = .shipped
    ) throws(CommandError) -> Core {
        try makeDirectory()
        let now = session.environment.now
        let queue = try Self.storing { () throws(StorageError) in
            try WriteQueue(file, now: EventTime(now()).milliseconds)
        }
        if let kept = queue.keptAside {
            session.console.report("the database was damaged; it is kept at \(printable(kept)), and a new one is begun")
        }
        do throws(SystemError) {
            return try Core(queue, catalogue: catalogue, playbooks: playbooks, clock: { EventTime(now()) })
        } catch { throw .couldNotRun(error) }
    }

    func makeDirectory() throws(CommandError) {
        do throws(SystemError) {
            _ = try Directory(
                making: directory, permissions: 0o700, followingLinksOf: [0, session.environment.effectiveUserID])
        } catch { throw .couldNotRun(error) }
    }

    /// Who acts: the account that runs this, by the system's word and not the environment's.
    var actor: String {
        let user = session.environment.effectiveUserID
        // A person who acts as the core's own account is not the core.
        return UserNames.name(of: user).flatMap { $0 == "bailey-core" ? nil : $0 } ?? "uid \(user)"
    }

    /// The key that evidence is signed with, made the first time.
    func evidenceKey() throws(CommandError) -> Ed25519.PrivateKey {
        try AuditLocation.auditing { () throws(AuditError) in try EvidenceKey.load(in: directory) }
    }

    /// What its evidence is held against; nil where none was signed yet.
    func evidencePublicKey() throws(CommandError) -> Ed25519.PublicKey? {
        try AuditLocation.auditing { () throws(AuditError) in try EvidenceKey.publicKey(in: directory) }
    }

    static func storing<Value>(_ body: () throws(StorageError) -> Value) throws(CommandError) -> Value {
        do throws(StorageError) { return try body() } catch { throw problem(error) }
    }

    private static func problem(_ error: StorageError) -> CommandError {
        if case .cannotOpen(let path, let why) = error {
            return .couldNotRun(
                path, "cannot be opened: \(why)", remedy: "bailey-core makes it, and so does bailey triage")
        }
        return .couldNotRun("", error.description)
    }
}

extension ParsedArguments {
    /// An operand or option that is a number of the store: of a case, an alert.
    func number(_ text: String?, _ what: String, command: String) throws(UsageError) -> Int {
        guard let text, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), number > 0 else {
            throw UsageError("\(what) is a number from 1 on", command: command)
        }
        return number
    }
}
