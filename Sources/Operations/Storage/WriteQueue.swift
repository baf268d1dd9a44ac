internal import LinuxSystem
package import SQLite

/// One writer for everybody: what many threads want written is taken together into one transaction and one sync of the disk (group
/// commit). Who submits gets its answer once that is durable, and never before.
///
/// Each piece of work is a savepoint: one that fails is undone and told, and the others stand.
package final class WriteQueue: Sendable {
    package typealias Work = @Sendable (WriteGroup) throws(StorageError) -> Void

    private struct Entry {
        var work: Work
        var ticket: Ticket
    }

    /// Where one submitter finds its answer.
    private final class Ticket: Sendable {
        let answer = Monitor<Result<Void, StorageError>?>(nil)
    }

    private struct State {
        var entries: [Entry] = []
        var isClosing = false
        /// Set once the thread has its connection or failed to.
        var opening: Result<String?, StorageError>?
        var foundDamage = false
    }

    package let file: DatabaseFile
    private let state: Monitor<State>
    /// Where a broken file was kept when this was opened.
    package let keptAside: String?
    /// Work taken into one transaction at most: more would keep the first waiting for the last.
    private static let groupLimit = 512

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
        let result = Monitor<Value?>(nil)
        let ticket = Ticket()
        let entry = Entry(
            work: { (group) throws(StorageError) in
                let value = try body(group)
                result.withLock { $0 = value }
            }, ticket: ticket)
        var isTaken = false
        state.change { state in
            guard !state.isClosing else { return }
            state.entries.append(entry)
            isTaken = true
        }
        guard isTaken else { throw .closed(path: file.path) }
        try ticket.answer.wait { $0 }.get()
        guard let value = result.withLock({ $0 }) else { throw .closed(path: file.path) }
        return value
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
        while let group = nextGroup(state) {
            commit(group, connection, file) { state.change { $0.foundDamage = true } }
        }
    }

    /// Nil when the queue is closed and empty.
    private static func nextGroup(_ state: Monitor<State>) -> [Entry]? {
        state.wait { state -> [Entry]?? in
            if state.entries.isEmpty { return state.isClosing ? .some(nil) : nil }
            let group = Array(state.entries.prefix(groupLimit))
            state.entries.removeFirst(group.count)
            return group
        }
    }

    /// - Parameter damage: called before anybody is answered, where the file turned out to be damaged.
    private static func commit(
        _ group: [Entry], _ connection: Connection, _ file: DatabaseFile, damage: () -> Void
    ) {
        var answers: [Result<Void, StorageError>] = []
        let shared = WriteGroup(connection)
        do throws(StorageError) {
            try connection.transaction(failure: { StorageError($0, path: file.path) }) { () throws(StorageError) in
                for entry in group {
                    do throws(StorageError) {
                        if group.count == 1 {
                            try entry.work(shared)
                        } else {
                            try connection.transaction(failure: { StorageError($0, path: file.path) }) {
                                () throws(StorageError) in try entry.work(shared)
                            }
                        }
                        answers.append(.success(()))
                    } catch {
                        // A full disk makes SQLite roll back the whole: then nothing of the group is there.
                        guard connection.isInTransaction, group.count > 1 else { throw error }
                        answers.append(.failure(error))
                    }
                }
                try shared.ending?.finish(connection, file)
            }
        } catch {
            answers = group.map { _ in .failure(error) }
        }
        let isDamaged = answers.contains { if case .failure(.damaged) = $0 { true } else { false } }
        // Where even that fails, the next opening finds out by itself.
        if isDamaged {
            try? file.markDamaged()
            damage()
        }
        for (entry, answer) in zip(group, answers) { entry.ticket.answer.change { $0 = answer } }
    }
}
