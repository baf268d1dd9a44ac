import Assessment
import Findings
import HostModel
import Testing

@testable import Commands

@Suite struct NotificationStateTests {
    static func regression(_ id: String, _ risk: Severity = .high, before: String? = nil) -> Regression {
        Regression(
            change: before == nil ? .newFinding : .statusWorse, id: id, title: "Title of <\(id)>\n", risk: risk,
            before: before, now: "open")
    }

    static func read(_ bytes: [UInt8]) -> NotificationState { NotificationState(reading: .seen(bytes, from: "file")) }

    @Test("What is written reads back the same")
    func roundTrip() {
        var state = NotificationState(uncounted: 3, notifiedRun: "2026-01-02T03:04:05Z")
        state.add(
            [Self.regression("a"), Self.regression("b", .low, before: "compliant")],
            comparisonGap: Gap(what: "w", why: "y"))
        #expect(Self.read(state.bytes) == state)
        #expect(Self.read(NotificationState().bytes) == NotificationState())
    }

    @Test("What is pending stays until it is told, and stands once, as it is now")
    func pending() {
        var state = NotificationState()
        state.add([Self.regression("a"), Self.regression("b")], comparisonGap: nil)
        state.add([], comparisonGap: nil)
        state.add([Self.regression("b", .critical), Self.regression("c")], comparisonGap: nil)
        #expect(state.pending.map(\.id) == ["a", "b", "c"])
        #expect(state.pending[1].risk == .critical)
        let told = state.told(run: "r")
        #expect(told.pending.isEmpty)
        #expect(!told.hasNews)
        #expect(told.notifiedRun == "r")
    }

    @Test("More than can be kept is counted")
    func limit() {
        var state = NotificationState()
        state.add((0..<(NotificationState.limit + 5)).map { Self.regression("\($0)") }, comparisonGap: nil)
        #expect(state.pending.count == NotificationState.limit)
        #expect(state.uncounted == 5)
    }

    @Test(
        "A record that cannot be read is news itself: what it held is lost",
        arguments: [
            "", "{", "[]", #"{"schema":2,"pending":[]}"#, #"{"schema":1}"#, #"{"schema":1,"pending":[{"id":"a"}]}"#,
        ])
    func broken(text: String) {
        let state = Self.read(Array(text.utf8))
        #expect(state.hasNews)
        #expect(state.comparisonGap?.what == "what earlier runs could not notify, in file")
    }

    @Test("No record is the beginning, and no news")
    func absent() {
        #expect(NotificationState(reading: .absent(why: "", from: "")) == NotificationState())
    }
}
