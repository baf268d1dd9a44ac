import CaseManagement
import LinuxSystem
import Storage
import TestSupport
import Testing
import Triage

@testable import LocalIntake

/// What one producer may do to the others.
@Suite struct IntakeServerTests {
    private static let alert = Array(#"{"title":"a finding"}"#.utf8)

    @Test("A user that holds on to every connection it gets holds up neither the core nor another user")
    func heldConnections() throws {
        let tree = try TemporaryTree()
        let core = try Core(
            WriteQueue(DatabaseFile(in: tree.path), now: 0), clock: { EventTime(milliseconds: 1_800_000_000_000) })
        let server = try IntakeServer(path: "\(tree.path)/core.sock", core: core) { _ in }
        var held: [UnixConnection] = []
        for _ in 0...IntakeRoom.connectionLimit.ofOne {
            held.append(try UnixConnection.connect(to: "\(tree.path)/core.sock", until: .now + .seconds(10)))
            // It waits for none of them: this returns.
            try server.acceptNext()
        }
        // The one too many was closed.
        #expect(try #require(held.last).receive(atMost: 1, until: .now + .seconds(30)).bytes.isEmpty)
        // One that goes makes room for another.
        held.removeFirst(2)
        var client: IntakeClient?
        while client == nil {
            client = try IntakeClient(path: "\(tree.path)/core.sock")
            try server.acceptNext()
            if (try? client?.send(.init(body: Self.alert)).status) != 201 { client = nil }
        }
    }

    @Test("Who says that a finding is gone stands in the history of its case: the producer, and the user it runs as")
    func sender() throws {
        let tree = try TemporaryTree()
        let file = DatabaseFile(in: tree.path)
        let core = try Core(WriteQueue(file, now: 0), clock: { EventTime(milliseconds: 1_800_000_000_000) })
        let server = try IntakeServer(path: "\(tree.path)/core.sock", core: core) { _ in }
        var client = try IntakeClient(path: "\(tree.path)/core.sock")
        try server.acceptNext()
        for (sequence, state) in ["open", "resolved", "open", "resolved"].enumerated() {
            let finding =
                #"{"fingerprint":"f","kind":"posture","severity":"high","title":"door open","id":"\#(sequence)","state":"\#(state)","resource":{"kind":"setting","name":"door"}}"#
            let isNamed = sequence < 2
            let request = IntakeFrame.Request(
                producer: isNamed ? "monitor" : "-", sequence: isNamed ? sequence + 1 : 0, body: Array(finding.utf8))
            #expect((200...201).contains(try client.send(request).status))
        }
        let user = CurrentProcess.effectiveUserID
        let history = try #require(try StoreReader(file).caseFile(1)).history.filter { $0.event == "resolved" }
        #expect(
            history.map(\.note) == [
                "alert 1 is gone: door open; sent by monitor of user \(user)",
                "alert 1 is gone: door open; sent by user \(user)",
            ])
    }

    @Test("Connections and bytes are shared so that none of two users takes the other's")
    func shares() {
        let room = IntakeRoom()
        for _ in 0..<IntakeRoom.connectionLimit.ofOne { #expect(room.enter(1)) }
        #expect(!room.enter(1))
        #expect(room.enter(2))
        room.leave(1)
        #expect(room.enter(1))
        #expect(room.take(IntakeRoom.byteLimit.ofOne, of: 1, until: .now))
        #expect(!room.take(1, of: 1, until: .now))
        #expect(room.take(IntakeFrame.bodyLimit, of: 2, until: .now))
        room.release(IntakeRoom.byteLimit.ofOne, of: 1)
        #expect(room.take(1, of: 1, until: .now))
        for user in 3..<100 as Range<UInt32> { _ = room.take(IntakeRoom.byteLimit.ofOne, of: user, until: .now) }
        #expect(!room.take(IntakeRoom.byteLimit.ofOne, of: 100, until: .now))
    }
}
