internal import LinuxSystem
internal import SQLite

/// Copies the write-ahead log into the database file beside the writer (https://www.sqlite.org/wal.html#ckpt): to copy and sync thousands
/// of pages takes tens of milliseconds, and nobody who waits for a commit is to wait for that too.
///
/// The copier never quite reaches the end of a log that grows; the writer copies the little that is left between two commits, after which
/// the log begins anew.
final class LogCopier: Sendable {
    private enum Stage {
        /// The log is short.
        case resting
        case wanted
        /// Nearly all is copied: the rest is the writer's.
        case nearlyDone
        case ending
        /// Its connection is closed.
        case over
    }

    private static let pagesWorthCopying = 1_000
    /// So few pages are copied in about the time that a commit takes.
    private static let rest = 100
    /// Each round takes as long as the writer needs for the pages of the next; after these the writer is too fast to be caught.
    private static let rounds = 8

    private let stage: Monitor<Stage>

    /// - Parameter connection: opened on the copier's own thread; where it cannot be, the writer copies all by itself.
    init(_ connection: @escaping @Sendable () throws(SQLiteError) -> Connection) throws(SystemError) {
        let stage = Monitor(Stage.resting)
        self.stage = stage
        try OwnThread {
            Self.copy(stage, try? connection())
            stage.change { $0 = .over }
        }.detach()
    }

    /// Returns when its connection is closed: SQLite removes the log of a file by its name, and somebody may put another there.
    func end() {
        stage.change { if $0 != .over { $0 = .ending } }
        stage.wait { $0 == .over ? () : nil }
    }

    /// Called by the writer after each commit with the length of the log in pages. True when the writer is to copy what is left.
    func note(pages: Int) -> Bool {
        var isWriters = false
        stage.change { stage in
            switch stage {
            case .resting where pages >= Self.pagesWorthCopying: stage = .wanted
            case .nearlyDone:
                stage = .resting
                isWriters = true
            case .resting, .wanted, .ending, .over: break
            }
        }
        return isWriters
    }

    private static func copy(_ stage: Monitor<Stage>, _ connection: Connection?) {
        while stage.wait(for: { stage -> Bool? in
            switch stage {
            case .wanted: true
            case .ending, .over: false
            case .resting, .nearlyDone: nil
            }
        }) {
            for _ in 0..<rounds {
                // A disk that is full is the writer's to tell, at its next commit.
                guard let log = try? connection?.checkpoint() else { break }
                try? connection?.syncFile()
                if log.pages - log.copied <= rest { break }
            }
            stage.change { stage in
                if stage == .wanted { stage = .nearlyDone }
            }
        }
    }
}
