import JSON
import Storage
import Synchronization
import TestSupport
import Testing
import Triage

@testable import CaseManagement

/// A core over a store of a test's own, whose clock the test sets.
final class TestCore: Sendable {
    let tree: TemporaryTree
    let core: Core
    private let box: TimeBox

    static let start = EventTime(milliseconds: 1_772_352_000_000)

    init(settings: CoreSettings = CoreSettings(), tree: TemporaryTree? = nil) throws {
        let tree = try tree ?? TemporaryTree()
        self.tree = tree
        let box = TimeBox(Self.start)
        self.box = box
        core = try Core(
            WriteQueue(DatabaseFile(in: tree.path), now: Self.start.milliseconds), settings: settings,
            clock: { box.now })
    }

    func advance(_ duration: Duration) { box.advance(duration) }

    func reader() throws -> StoreReader { try StoreReader(core.queue.file) }

    @discardableResult
    func send(json text: String) throws -> IngestionOutcome {
        let outcomes = try core.ingest(SubmittedAlerts(parsing: Array(text.utf8)))
        return try #require(outcomes.first)
    }

    /// An alert of a made-up product.
    @discardableResult
    func send(
        id: String? = nil, _ title: String, host: String = "web-1", severity: String = "high",
        extra: [String: String] = [:],
        at time: EventTime? = nil
    ) throws -> IngestionOutcome {
        var members: [String: JSONValue] = ["title": .text(title), "host": .text(host), "severity": .text(severity)]
        if let id { members["id"] = .text(id) }
        for (name, value) in extra { members[name] = .text(value) }
        members["timestamp"] = .text((time ?? core.now).description)
        return try send(json: JSONValue.object(members).compactText)
    }

    func caseRecord(_ id: Int?) throws -> CaseRecord {
        let id = try #require(id)
        return try #require(try reader().caseRecord(id))
    }

    func caseFile(_ id: Int?) throws -> CaseFile {
        let id = try #require(id)
        return try #require(try reader().caseFile(id))
    }

    func alert(_ outcome: IngestionOutcome) throws -> AlertRecord {
        let id = try #require(outcome.alert)
        return try #require(try reader().alert(id))
    }
}

private final class TimeBox: Sendable {
    private let time: Mutex<EventTime>

    init(_ time: EventTime) { self.time = Mutex(time) }

    var now: EventTime { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0.adding(duration) } }
}
