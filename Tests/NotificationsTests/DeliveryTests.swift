import CaseManagement
import Foundation
import JSON
import LinuxSystem
import Policies
import Storage
import Synchronization
import TestSupport
import Testing
import Triage

@testable import Notifications

/// A store with a clock of the test's own, and a webhook to tell.
final class TestDelivery: Sendable {
    let tree: TemporaryTree
    let core: Core
    let outbox: Outbox
    let delivery: AlertDelivery

    /// 2026-03-04T12:00:00Z, a Wednesday.
    static let start = EventTime(milliseconds: 1_772_625_600_000)

    private final class Clock: Sendable {
        let time = Mutex(TestDelivery.start)
    }

    private let clock = Clock()

    init() throws {
        tree = try TemporaryTree()
        try tree.add("key", "s3cret", .init(mode: 0o600))
        let clock = clock
        let now = { @Sendable in clock.time.withLock { $0 } }
        core = try Core(WriteQueue(DatabaseFile(in: tree.path), now: Self.start.milliseconds), clock: now)
        outbox = Outbox(core.queue, clock: now)
        let current = RulesBox()
        delivery = AlertDelivery(outbox, clock: now, rules: { current.value }, say: { text in current.said(text) })
        self.current = current
    }

    final class RulesBox: Sendable {
        private let rules = Mutex<AlertDelivery.Rules>(.none)
        private let words = Mutex<[String]>([])

        var value: AlertDelivery.Rules { rules.withLock { $0 } }
        func use(_ new: AlertDelivery.Rules) { rules.withLock { $0 = new } }
        func said(_ text: String) { words.withLock { $0.append(text) } }
        var all: [String] { words.withLock { $0 } }
    }

    let current: RulesBox

    func advance(_ duration: Duration) { clock.time.withLock { $0 = $0.adding(duration) } }

    /// - Parameter extra: more of the rule: `new_or_worse: true`.
    func use(_ url: String, rule extra: String = "", attempts: Int = 3, channel: String = "hook") throws {
        let text = """
            schema: 1
            channels: [{id: \(channel), kind: webhook, attempts: \(attempts), url: "\(url)", key_file: \(tree.path)/key}]
            rules: [{id: all, channels: \(channel)\(extra.isEmpty ? "" : ", \(extra)")}]
            """
        let policy = try AlertsPolicy(parsing: PolicyText(path: "p", text), references: .none)
        let commands = AllowedCommands(listed: [], ownership: TrustedOwnership(owners: [0]), configuration: "c")
        current.use(.policy(policy, ChannelContext(commands: commands, host: "h")))
    }

    @discardableResult
    func alert(_ title: String, severity: String = "high", host: String = "web-1") throws -> IngestionOutcome {
        let text = JSONValue.object([
            "title": .text(title), "severity": .text(severity), "host": .text(host),
            "timestamp": .text(core.now.description),
        ]).compactText
        return try #require(try core.ingest(SubmittedAlerts(parsing: Array(text.utf8))).first)
    }

    /// What one look does: routes, and sends what is due until nothing is.
    func run() throws {
        guard let (policy, context) = try delivery.routed() else { return }
        for channel in policy.channels { while try delivery.deliver(channel, in: context) {} }
    }

    func records(_ state: NotificationRecord.State? = nil) throws -> [NotificationRecord] {
        try NotificationRecord.all(in: StoreReader(core.queue.file), state: state)
    }
}

@Suite struct DeliveryTests {
    let test: TestDelivery
    let receiver: Receiver
    var url: String { "http://127.0.0.1:\(receiver.address)/" }

    init() throws {
        test = try TestDelivery()
        receiver = try Receiver("http_receiver.py")
    }

    /// Titles of what the receiver got.
    private func told() throws -> [String] {
        try receiver.received().map(SeenRequest.init).map { try #require(try $0.json["title"] as? String) }
    }

    @Test("What the core finds is told once, and recorded as sent once the receiver took it")
    func once() throws {
        try test.use(url)
        try test.alert("trojan horse found")
        try test.run()
        try test.run()
        #expect(try told() == ["trojan horse found"])
        let record = try #require(try test.records().first)
        #expect(record.state == "sent" && record.attempts == 1 && record.sentAt == TestDelivery.start)
        // The same alert again is no news.
        try test.alert("trojan horse found")
        try test.run()
        #expect(try told().isEmpty)
    }

    @Test(
        "A failed send is never marked sent: it waits longer each time, then is laid aside, and goes when it is retried"
    )
    func deadLetter() throws {
        try test.use("\(url)status/503")
        try test.alert("trojan horse found")
        for attempt in 1...3 {
            try test.run()
            let record = try #require(try test.records().first)
            #expect(record.attempts == attempt && record.sentAt == nil && record.failure.contains("503"))
            #expect(record.state == (attempt < 3 ? "waiting" : "dead"))
            // Not before its time.
            try test.run()
            #expect(try test.records().first?.attempts == attempt)
            test.advance(.seconds(5 * (1 << attempt)))
        }
        #expect(try told().count == 3)
        let dead = try #require(try test.records(.dead).first)
        #expect(try test.outbox.retry(dead.id + 1) == 0)
        #expect(try test.outbox.retry(dead.id) == 1)
        try test.use(url)
        try test.run()
        #expect(try test.records(.sent).map(\.id) == [dead.id])
        #expect(try test.records(.dead).isEmpty && test.outbox.retry(nil) == 0)
    }

    @Test("What the receiver refuses for good is laid aside at once; dropped, it stays in the record and is not sent")
    func refused() throws {
        try test.use("\(url)status/400")
        try test.alert("trojan horse found")
        try test.run()
        #expect(try test.records(.dead).count == 1)
        #expect(try test.outbox.drop(nil) == 1)
        try test.use(url)
        try test.run()
        #expect(try test.records().map(\.state) == ["dropped"])
        #expect(try told().count == 1)
    }

    @Test("After five failures in a row nothing is tried until the pause is over, and then one message alone")
    func breaker() throws {
        try test.use("\(url)status/500", attempts: 50)
        for host in 0..<8 { try test.alert("trojan horse found", host: "host-\(host)") }
        try test.run()
        #expect(try told().count == 5)
        test.advance(.seconds(30))
        try test.run()
        #expect(try told().isEmpty)
        test.advance(.seconds(31))
        try test.run()
        #expect(try told().count == 1)
        #expect(try test.records(.waiting).count == 8)
        test.advance(.seconds(121))
        try test.use(url, attempts: 50)
        try test.run()
        #expect(try test.records(.sent).count == 8)
        #expect(test.current.all.contains { $0.contains("failed 5 times in a row") })
    }

    @Test("What was being sent when a core ended is sent again under the same key")
    func recovery() throws {
        try test.use(url)
        try test.alert("trojan horse found")
        _ = try test.delivery.routed()
        let taken = try #require(try test.outbox.take("hook", limit: 1).first)
        // As if the core had been killed here, before or after the receiver got it.
        #expect(try test.outbox.recover() == 1)
        try test.run()
        let request = try #require(try receiver.received().map(SeenRequest.init).first)
        #expect(request.headers["idempotency-key"] == taken.message.key)
        #expect(try test.records().map(\.attempts) == [2])
    }

    @Test("That nobody decides on a case is told again, though it became no worse")
    func stalled() throws {
        try test.use(url, rule: "new_or_worse: true")
        let id = try #require(try test.alert("trojan horse found").caseID)
        for next in [CaseState.triaged, .correlated, .investigated, .planned] {
            do { try test.core.move(id, to: next, by: "ann") } catch {}
        }
        try test.run()
        #expect(try told() == ["trojan horse found"])
        for minutes in [30, 60] {
            test.advance(.seconds(1800))
            _ = try test.core.upkeep()
            try test.run()
            #expect(try told() == ["planned for \(minutes) minutes, waits for a decision: trojan horse found"])
        }
    }

    @Test("New or worse alone: the same case is told again only when it became worse than the channel was told")
    func newOrWorse() throws {
        try test.use(url, rule: "events: [opened, raised, joined], new_or_worse: true")
        func send(_ title: String, _ severity: String) throws {
            let members: [String: JSONValue] = [
                "title": .text(title), "severity": .text(severity), "host": .text("web-1"),
                "sha256": .text(String(repeating: "ab", count: 32)), "user": .text("mallory"),
                "timestamp": .text(test.core.now.description),
            ]
            let outcomes = try test.core.ingest(
                SubmittedAlerts(parsing: Array(JSONValue.object(members).compactText.utf8)))
            #expect(outcomes.first?.caseID == 1)
            try test.run()
        }
        try send("trojan horse found", "high")
        #expect(try told().count == 1)
        try send("trojan horse ran", "high")
        #expect(try told().isEmpty)
        try send("trojan horse spread", "critical")
        #expect(try told() == ["trojan horse spread"])
    }

    @Test("In quiet hours it is kept back, and told when they end")
    func quiet() throws {
        try test.use(url, rule: "quiet: {hours: \"11:00-13:00\"}")
        try test.alert("trojan horse found")
        try test.run()
        #expect(try told().isEmpty)
        test.advance(.seconds(3600))
        try test.run()
        #expect(try told().count == 1)
    }

    @Test("While the policy is broken everything waits; what came while there was none is told to nobody")
    func policies() throws {
        try test.alert("trojan one", host: "a")
        try test.run()
        test.current.use(.broken(why: "p:1:1: unknown key"))
        try test.alert("trojan two", host: "b")
        try test.run()
        try test.run()
        #expect(test.current.all.count { $0.contains("unknown key") } == 1, "it is said once")
        try test.use(url)
        try test.run()
        #expect(try told() == ["trojan two"])
    }

    @Test("What waits for a channel that is gone is laid aside, not forgotten")
    func goneChannel() throws {
        try test.use("\(url)status/503")
        try test.alert("trojan horse found")
        try test.run()
        try test.use(url, channel: "other")
        try test.run()
        let dead = try #require(try test.records(.dead).first)
        #expect(dead.channel == "hook" && dead.failure.contains("no channel"))
    }

    @Test("Keys differ between channels, notices and stores")
    func keys() throws {
        let other = try TestDelivery()
        for test in [test, other] {
            try test.use(url)
            try test.alert("trojan one", host: "a")
            try test.alert("trojan two", host: "b")
            try test.run()
        }
        let keys = try (test.records() + other.records()).map(\.key)
        #expect(Set(keys).count == 4 && keys.allSatisfy { $0.utf8.count == 32 })
    }
}
