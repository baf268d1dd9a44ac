package import LinuxSystem
internal import SQLite
package import Storage
private import Synchronization
package import Triage

/// The triage and alerting core over one store. Every producer on the host and outside feeds it; whoever calls may do so from any thread.
package final class Core: Sendable {
    package let queue: WriteQueue
    package let settings: CoreSettings
    private let heldCatalogue: Mutex<any TechniqueRetrieving>
    private let recent = Mutex(RecentFingerprints())
    private let held: Mutex<PlaybookSet>
    private let threads: PreparationThreads
    private let clock: @Sendable () -> EventTime

    /// - Parameter clock: what time it is; tests pass their own.
    package init(
        _ queue: WriteQueue, catalogue: any TechniqueRetrieving = NoTechniques(), playbooks: PlaybookSet = .shipped,
        settings: CoreSettings = CoreSettings(),
        clock: @escaping @Sendable () -> EventTime
    ) throws(SystemError) {
        self.queue = queue
        heldCatalogue = Mutex(catalogue)
        self.settings = settings
        held = Mutex(playbooks)
        self.clock = clock
        threads = try PreparationThreads(count: CurrentProcess.processorCount)
    }

    package var now: EventTime { clock() }

    /// What alerts are held against from the next batch on.
    package var playbooks: PlaybookSet {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }

    /// What alerts' techniques are looked up in from the next batch on.
    package var catalogue: any TechniqueRetrieving {
        get { heldCatalogue.withLock { $0 } }
        set { heldCatalogue.withLock { $0 = newValue } }
    }

    /// Takes in what somebody posted. Alerts that can be read are stored, and durable once this returns; the others are told why not.
    /// - Parameter sender: who sent them, for the histories of cases that they change.
    /// - Throws: where nothing at all was stored.
    package func ingest(
        _ submitted: SubmittedAlerts, by sender: String? = nil
    ) throws(StorageError) -> [IngestionOutcome] {
        try ingest(submitted.items, by: sender, delivery: nil)
    }

    package func ingest(_ alert: Alert) throws(StorageError) -> IngestionOutcome {
        try ingest([.success(alert)], by: nil, delivery: nil).first
            ?? IngestionOutcome(status: .rejected("nothing was stored"))
    }

    /// Takes in a batch from a producer's spool. A batch that was taken before is not taken again.
    /// - Returns: nil when it was.
    package func ingest(
        _ submitted: SubmittedAlerts, by sender: String? = nil, from producer: String, sequence: Int
    ) throws(StorageError) -> [IngestionOutcome]? {
        let outcomes = try ingest(submitted.items, by: sender, delivery: (producer, sequence))
        return outcomes.isEmpty && !submitted.items.isEmpty ? nil : outcomes
    }

    private func ingest(
        _ items: [Result<Alert, IngestionError>], by sender: String?, delivery: (producer: String, sequence: Int)?
    ) throws(StorageError) -> [IngestionOutcome] {
        let (catalogue, playbooks) = (catalogue, playbooks)
        let outcomes = Monitor<Result<[IngestionOutcome], StorageError>?>(nil)
        threads.map(items) { [self] item in
            item.map { prepare($0, catalogue, playbooks) }
        } then: { [self] prepared in
            let record = work { (changes) throws(SQLiteError) in try Self.record(prepared, sender, delivery, changes) }
            queue.submit(record) { answer in outcomes.change { $0 = answer } }
        }
        return try outcomes.wait { $0 }.get()
    }

    private static func record(
        _ prepared: [Result<PreparedAlert, IngestionError>], _ sender: String?,
        _ delivery: (producer: String, sequence: Int)?, _ changes: StoreChanges
    ) throws(SQLiteError) -> [IngestionOutcome] {
        if let delivery {
            guard try isNew(delivery, changes.connection) else { return [] }
        }
        let recorder = AlertRecorder(changes: changes, sender: sender)
        var outcomes: [IngestionOutcome] = []
        outcomes.reserveCapacity(prepared.count)
        for item in prepared {
            switch item {
            case .success(let alert): outcomes.append(try recorder.record(alert))
            case .failure(let error): outcomes.append(IngestionOutcome(status: .rejected(error.description)))
            }
        }
        return outcomes
    }

    /// What triage says of an alert by itself: nothing is stored, and nothing that is stored is looked at.
    /// - Parameter limit: how many techniques at most.
    package func judge(_ alert: Alert, techniques limit: Int = Examination.resultLimit) -> TriageResult {
        func examine(_ catalogue: some TechniqueRetrieving) -> Examination {
            Examination(alert, catalogue: catalogue, playbooks: playbooks, limit: limit)
        }
        return TriageResult(examine(catalogue), hits: [], history: JudgementHistory(), occurrences: 1)
    }

    private func prepare(
        _ alert: Alert, _ catalogue: any TechniqueRetrieving, _ playbooks: PlaybookSet
    ) -> PreparedAlert {
        func prepare(_ catalogue: some TechniqueRetrieving) -> PreparedAlert {
            PreparedAlert(alert, catalogue: catalogue, playbooks: playbooks) { fingerprint in
                recent.withLock { $0.note(fingerprint) }
            }
        }
        return prepare(catalogue)
    }

    private static func isNew(_ delivery: (producer: String, sequence: Int), _ connection: Connection)
        throws(SQLiteError) -> Bool
    {
        let last = try connection.first(
            "SELECT sequence FROM deliveries WHERE producer = ?", [.text(delivery.producer)]
        ) { $0.integer(0) }
        if let last, last >= delivery.sequence { return false }
        try connection.execute(
            "INSERT OR REPLACE INTO deliveries VALUES (?, ?)", [.text(delivery.producer), .integer(delivery.sequence)])
        return true
    }

    /// Runs `body` as one durable change, with the counts that change with it.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (StoreChanges) throws(SQLiteError) -> Value
    ) throws(StorageError) -> Value {
        try queue.writeInGroup(work(body))
    }

    private func work<Value: Sendable>(
        _ body: @escaping @Sendable (StoreChanges) throws(SQLiteError) -> Value
    ) -> @Sendable (WriteGroup) throws(StorageError) -> Value {
        let (now, settings, file) = (now, settings, queue.file)
        return { (group) throws(StorageError) in
            let changes = StoreChanges(group.connection, now: now, settings: settings)
            let value = try storing(file) { () throws(SQLiteError) in try body(changes) }
            GroupCounts.add(changes.counts, to: group)
            return value
        }
    }
}
