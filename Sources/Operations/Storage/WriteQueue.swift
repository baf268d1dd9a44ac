internal import LinuxSystem
package import SQLite

/// One writer for everybody: what many threads want written is taken together into one transaction and one sync of the disk (group
/// commit). Who submits gets its answer once that is durable, and never before.
///
/// A piece of work that fails is undone and told, and the others stand. That is rare, so it costs who is in a group with it: all of the
/// group is undone and done once more. Work is called twice then, and touches nothing but the database.
package final class WriteQueue: Sendable {
    package typealias Work = @Sendable (WriteGroup) throws(StorageError) -> Void

    private struct Entry {
        var work: Work
        var answer: @Sendable (Result<Void, StorageError>) -> Void
    }

    private struct State {
        var entries: [Entry] = []
        var isClosing = false
        /// Set once the thread has its connection or failed to.
        var opening: Result<String?, StorageError>?
        var foundDamage = false
        /// When something could last not be written for want of room, or by the disk's fault.
        var refusedAt: ContinuousClock.Instant?
    }

    package let file: DatabaseFile
    private let state: Monitor<State>
    /// Where a broken file was kept when this was opened.
    package let keptAside: String?
    /// Work taken into one transaction at most: more would keep the first waiting for the last.
    private static let groupLimit = 512
    /// For so long what comes in is taken into the transaction that is under way: a sync takes some milliseconds, however many share it.
    private static let gathering = Duration.milliseconds(6)

    /// - Parameter busyTimeout: how long to wait for another process that writes, before what is to be written is refused.
    package init(
        _ file: DatabaseFile, now: Int64, cacheSize: Int = 64 << 20, busyTimeout: Duration = .seconds(5)
    ) throws(StorageError) {
        self.file = file
        let state = Monitor(State())
        self.state = state
        do throws(SystemError) {
            try OwnThread {
                Self.write(state, file) { () throws(StorageError) in
                    try file.open(now: now, cacheSize: cacheSize, busyTimeout: busyTimeout)
                }
            }.detach()
        } catch { throw .system(error) }
        keptAside = try state.wait { $0.opening }.get()
    }

    /// Whether the file was found damaged since it was opened. Everything is refused from then on: whoever runs this starts again, and the
    /// next opening keeps the file aside.
    package var foundDamage: Bool { state.withLock { $0.foundDamage } }

    /// Whether the disk refused what was to be written, within so long before now.
    package func wasRefused(within time: Duration) -> Bool {
        state.withLock { $0.refusedAt.map { .now - $0 <= time } ?? false }
    }

    deinit { close() }

    /// Ends the thread once what was submitted is written.
    package func close() {
        state.change { $0.isClosing = true }
    }

    /// Runs `body` with the writer's connection and returns what it made, once that is on disk.
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        try writeInGroup { (group) throws(StorageError) in try body(group.connection) }
    }

    /// The same, for work that shares something with what else is written at the same time.
    package func writeInGroup<Value: Sendable>(
        _ body: @escaping @Sendable (WriteGroup) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        let result = Monitor<Result<Value, StorageError>?>(nil)
        submit(body) { answer in result.change { $0 = answer } }
        return try result.wait { $0 }.get()
    }

    /// The same for whoever does not wait.
    /// - Parameter answer: called once, by the thread that writes: it has to be quick.
    package func submit<Value: Sendable>(
        _ body: @escaping @Sendable (WriteGroup) throws(StorageError) -> Value,
        answer: @escaping @Sendable (Result<Value, StorageError>) -> Void
    ) {
        let made = Monitor<Value?>(nil)
        let closed = StorageError.closed(path: file.path)
        let entry = Entry(
            work: { (group) throws(StorageError) in
                let value = try body(group)
                made.withLock { $0 = value }
            },
            answer: { result in
                // No key path: in generic code each use makes it anew, which took 4 % of the writer's time.
                answer(result.flatMap { made.withLock { $0 }.map { .success($0) } ?? .failure(closed) })
            })
        var isTaken = false
        state.change { state in
            guard !state.isClosing else { return }
            state.entries.append(entry)
            isTaken = true
        }
        if !isTaken { answer(.failure(closed)) }
    }

    private static func write(
        _ state: Monitor<State>, _ file: DatabaseFile,
        opening: () throws(StorageError) -> (connection: Connection, keptAside: String?)
    ) {
        let connection: Connection
        do throws(StorageError) {
            let opened = try opening()
            connection = opened.connection
            state.change { $0.opening = .success(opened.keptAside) }
        } catch {
            state.change { $0.opening = .failure(error) }
            return
        }
        var log = LogUpkeep(of: connection, file)
        while let first = nextGroup(state) {
            log.prepare()
            let end = ContinuousClock.now + gathering
            commit(first, connection, file) {
                ContinuousClock.now < end ? state.withLock { takeGroup(from: &$0) } : []
            } failure: { error in
                state.change { state in
                    switch error {
                    case .damaged: state.foundDamage = true
                    case .full, .system: state.refusedAt = .now
                    case .busy, .newer, .cannotOpen, .closed, .database: break
                    }
                }
            }
            log.note()
        }
    }

    /// Nil when the queue is closed and empty.
    private static func nextGroup(_ state: Monitor<State>) -> [Entry]? {
        state.wait { state -> [Entry]?? in
            let group = takeGroup(from: &state)
            return group.isEmpty ? state.isClosing ? .some(nil) : nil : group
        }
    }

    private static func takeGroup(from state: inout State) -> [Entry] {
        let group = Array(state.entries.prefix(groupLimit))
        state.entries.removeFirst(group.count)
        return group
    }

    /// - Parameters:
    ///   - more: what came while the others were written, to be made durable with them.
    ///   - failure: called with each error before anybody is answered.
    private static func commit(
        _ first: [Entry], _ connection: Connection, _ file: DatabaseFile, more: () -> [Entry],
        failure: (StorageError) -> Void
    ) {
        var entries = first
        var answers: [Result<Void, StorageError>]
        do throws(StorageError) {
            answers = try attempt(&entries, connection, file, eachAlone: false, more: more)
            // One failed, so that nothing of the group is there: all of it once more, where what fails is undone alone.
            if answers.count < entries.count {
                answers = try attempt(&entries, connection, file, eachAlone: true, more: more)
            }
        } catch {
            answers = entries.map { _ in .failure(error) }
        }
        let isDamaged = answers.contains { if case .failure(.damaged) = $0 { true } else { false } }
        // Where even that fails, the next opening finds out by itself.
        if isDamaged { try? file.markDamaged() }
        for case .failure(let error) in answers { failure(error) }
        for (entry, answer) in zip(entries, answers) { entry.answer(answer) }
    }

    /// - Parameter eachAlone: whether a piece of work is a savepoint. SQLite keeps a copy of each page that a savepoint changes, which takes
    ///   longer than the change.
    /// - Returns: fewer answers than entries where a piece of work failed that was none: then the whole is undone.
    private static func attempt(
        _ entries: inout [Entry], _ connection: Connection, _ file: DatabaseFile, eachAlone: Bool, more: () -> [Entry]
    ) throws(StorageError) -> [Result<Void, StorageError>] {
        var answers: [Result<Void, StorageError>] = []
        let shared = WriteGroup(connection)
        let wrap = { @Sendable (error: SQLiteError) in StorageError(error, path: file.path) }
        do throws(GroupEnd) {
            try connection.transaction(failure: { .storage(wrap($0)) }) { () throws(GroupEnd) in
                while answers.count < entries.count {
                    let entry = entries[answers.count]
                    do throws(StorageError) {
                        if eachAlone {
                            try connection.transaction(failure: wrap) { () throws(StorageError) in
                                try entry.work(shared)
                            }
                        } else {
                            try entry.work(shared)
                        }
                        answers.append(.success(()))
                    } catch {
                        guard eachAlone else { throw .undone }
                        // A full disk makes SQLite roll back the whole: then nothing of the group is there.
                        guard connection.isInTransaction else { throw .storage(error) }
                        answers.append(.failure(error))
                    }
                    if answers.count == entries.count { entries += more() }
                }
                do throws(StorageError) { try shared.ending?.finish(connection, file) } catch { throw .storage(error) }
            }
        } catch {
            switch error {
            case .undone: return []
            case .storage(let error): throw error
            }
        }
        return answers
    }

    /// Why a group was not committed.
    private enum GroupEnd: Error {
        /// For a piece of work that failed.
        case undone
        case storage(StorageError)
    }
}
