import APIAccess
import LinuxSystem
import LocalIntake

/// Hands findings to the core of this host over its local socket. What the core does not take at once waits in a spool of the producer's
/// own, and goes with the next run, once. Nothing here fails what it is called for: what became of the findings is an answer.
struct CoreHandover {
    static let option = CommandOption.value(
        "core", "DIR",
        help:
            "Hand the findings to the core that keeps its state in DIR; without it to this host's, or this user's, where one is set up."
    )

    enum Outcome: Sendable, Hashable {
        /// No core was set up here: there is nobody to hand anything to, now or later.
        case noCore
        case delivered(Int)
        /// They are on disk and go with the next run.
        case spooled(Int, why: String)
        /// They are nowhere but in the results.
        case lost(Int, why: String)
    }

    /// The core's state.
    let directory: String
    /// Where the core listens for producers.
    private let socket: String
    private let isNamed: Bool
    /// What cannot be delivered yet is kept below it: the producer's own state, which the core's user may not write.
    private let keep: String
    /// The producer, whose spool is its own.
    private let producer: String

    /// Batches are no larger than this, in findings.
    private static let batchSize = 500
    /// Longer than this no run is held up: a core that is there answers in milliseconds.
    private static let patience = (connecting: Duration.seconds(1), answering: Duration.seconds(5))

    /// Nil where no directory is known.
    init?(_ arguments: ParsedArguments, producer: String, in session: Session) {
        if let named = arguments.value(of: Self.option) {
            let directory = absolutePath(named, in: session.environment.workingDirectory)
            self.init(directory: directory, isNamed: true, producer: producer)
        } else {
            guard let directory = Locations.coreState(in: session.environment),
                let keep = Locations.state(in: session.environment)
            else { return nil }
            self.init(directory: directory, keep: keep, isNamed: false, producer: producer)
        }
    }

    /// - Parameters:
    ///   - keep: nil for the core's own state.
    ///   - isNamed: somebody says that a core is, or will be, there.
    init(directory: String, keep: String? = nil, isNamed: Bool, producer: String) {
        self.directory = directory
        self.keep = keep ?? directory
        // The one that systemd runs has its sockets where its group can get at them (bailey-core.service).
        let isService =
            directory == Locations.systemCoreState && (try? FileTree().exists(Locations.systemCoreSocket)) == true
        socket = isService ? Locations.systemCoreSocket : "\(directory)/core.sock"
        self.isNamed = isNamed
        self.producer = producer
    }

    var spoolDirectory: String { "\(keep)/spool-\(producer)" }

    /// Whether a core runs, or is meant to: it has a token. A store alone is no sign of one, for commands make it too.
    var isSetUp: Bool {
        // Where nobody may look, nothing can be handed over either.
        isNamed
            || ["\(directory)/\(APITokenFile.name)", socket].contains { (try? FileTree().metadata(of: $0)) != nil }
    }

    /// - Parameter batch: lines of NDJSON for a part of the items.
    func hand<Item>(_ items: [Item], _ batch: (ArraySlice<Item>) -> [UInt8]) -> Outcome {
        guard isSetUp else { return .noCore }
        let spool: Spool
        var kept = 0
        do throws(IntakeError) {
            spool = try Spool(spoolDirectory)
            for start in stride(from: 0, to: items.count, by: Self.batchSize) {
                let part = items[start..<min(start + Self.batchSize, items.count)]
                try spool.keep(batch(part))
                kept += part.count
            }
        } catch { return .lost(items.count - kept, why: error.description) }
        do throws(IntakeError) {
            let result = try spool.deliver(
                to: socket, connecting: Self.patience.connecting, answering: Self.patience.answering)
            if let why = result.refused.first { return .lost(items.count, why: "the core refused them: \(why)") }
            return .delivered(items.count)
        } catch { return .spooled(items.count, why: error.description) }
    }

    /// What is said of it; nil where there is nothing to say.
    func text(_ outcome: Outcome, _ what: String) -> String? {
        switch outcome {
        case .noCore, .delivered(0): nil
        case .delivered(let count): "handed to the core: \(count) \(what)"
        case .spooled(let count, let why): "\(count) \(what) wait in \(spoolDirectory) and go with the next run: \(why)"
        case .lost(let count, let why): "\(count) \(what) could not be handed to the core: \(why)"
        }
    }
}
