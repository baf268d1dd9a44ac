import BrokerProtocol
import HostModel
import LinuxSystem
import PrivilegeBroker
import Testing

@Suite struct TaskSessionTests {
    private let key = TaskSessions.Key(user: UserID(1000), name: "deploy")
    private let start = Scene.seconds(0)

    private func ticket(_ digest: SubjectDigest = Scene.digest()) throws -> ApprovalTicket {
        var ledger = ApprovalLedger()
        let id = RequestID(1)
        _ = ledger.ask(Scene.request([ApprovalNeed(.peer)], digest: digest), id: id, at: start)
        _ = try ledger.approve(
            id, digest: digest, by: .peer, from: Scene.bob, proofs: [], rules: Scene.rules, at: start)
        let ticket = ledger.take(id, digest: digest, at: start)
        return try #require(ticket)
    }

    @Test("A kept command may repeat in its session, and nothing else may")
    func keeping() throws {
        var sessions = TaskSessions()
        sessions.keep(try ticket(), in: key, at: start)
        for _ in 0..<3 {
            #expect(sessions.ticket(for: Scene.digest(), in: key, at: start)?.basis == .kept(session: "deploy"))
        }
        #expect(sessions.ticket(for: Scene.digest(2), in: key, at: start) == nil)
        #expect(
            sessions.ticket(for: Scene.digest(), in: TaskSessions.Key(user: UserID(1001), name: "deploy"), at: start)
                == nil)
        #expect(
            sessions.ticket(for: Scene.digest(), in: TaskSessions.Key(user: UserID(1000), name: "other"), at: start)
                == nil)
    }

    @Test("A session ends after half an hour without use; each use starts the half hour anew")
    func idling() throws {
        var sessions = TaskSessions()
        sessions.keep(try ticket(), in: key, at: start)
        #expect(sessions.ticket(for: Scene.digest(), in: key, at: Scene.seconds(1799)) != nil)
        #expect(sessions.ticket(for: Scene.digest(), in: key, at: Scene.seconds(1799 + 1799)) != nil)
        #expect(sessions.ticket(for: Scene.digest(), in: key, at: Scene.seconds(1799 + 1799 + 1800)) == nil)
    }

    @Test("What needed no approval, or was itself kept, is not kept anew")
    func onlyApproved() throws {
        var sessions = TaskSessions()
        sessions.keep(try #require(ApprovalTicket(withoutApproval: Scene.request([]))), in: key, at: start)
        #expect(sessions.ticket(for: Scene.digest(), in: key, at: start) == nil)
        sessions.keep(try ticket(), in: key, at: start)
        let found = sessions.ticket(for: Scene.digest(), in: key, at: start)
        let kept = try #require(found)
        let other = TaskSessions.Key(user: UserID(1000), name: "other")
        sessions.keep(kept, in: other, at: start)
        #expect(sessions.ticket(for: Scene.digest(), in: other, at: start) == nil)
    }

    @Test("A dropped session keeps nothing; dropping without a name drops all of one's own")
    func dropping() throws {
        var sessions = TaskSessions()
        let other = TaskSessions.Key(user: UserID(1000), name: "a")
        let foreign = TaskSessions.Key(user: UserID(1001), name: "b")
        for key in [key, other, foreign] { sessions.keep(try ticket(), in: key, at: start) }
        #expect(sessions.drop("deploy", of: UserID(1000)) == ["deploy"])
        #expect(sessions.ticket(for: Scene.digest(), in: key, at: start) == nil)
        sessions.keep(try ticket(), in: key, at: start)
        #expect(sessions.drop(nil, of: UserID(1000)) == ["a", "deploy"])
        #expect(sessions.drop("b", of: UserID(1000)) == [])
        #expect(sessions.ticket(for: Scene.digest(), in: foreign, at: start) != nil)
    }

    @Test("A session marked as untrusted stays marked, dropped or idle, and loses what was approved before")
    func marking() throws {
        var sessions = TaskSessions()
        sessions.keep(try ticket(), in: key, at: start)
        #expect(!sessions.isUntrusted(key))
        sessions.markUntrusted(key)
        #expect(sessions.isUntrusted(key))
        #expect(sessions.ticket(for: Scene.digest(), in: key, at: start) == nil)
        _ = sessions.drop(nil, of: UserID(1000))
        sessions.expire(at: Scene.seconds(1_000_000))
        #expect(sessions.isUntrusted(key))
        #expect(!sessions.isUntrusted(TaskSessions.Key(user: UserID(1001), name: "deploy")))
    }

    @Test("Who makes more marks than are kept has every session marked")
    func tooManyMarks() {
        var sessions = TaskSessions(limits: TaskSessions.Limits(marksOfOneUser: 3))
        for name in ["a", "b", "c", "d"] { sessions.markUntrusted(TaskSessions.Key(user: UserID(1000), name: name)) }
        #expect(sessions.isUntrusted(TaskSessions.Key(user: UserID(1000), name: "d")))
        #expect(sessions.isUntrusted(TaskSessions.Key(user: UserID(1000), name: "never seen")))
        #expect(!sessions.isUntrusted(TaskSessions.Key(user: UserID(1001), name: "a")))
    }

    @Test("Sessions and the commands kept in them are bounded for each user")
    func bounds() throws {
        var sessions = TaskSessions(limits: TaskSessions.Limits(sessionsOfOneUser: 2, commandsOfOneSession: 1))
        func key(_ name: String) -> TaskSessions.Key { TaskSessions.Key(user: UserID(1000), name: name) }
        for (second, name) in ["a", "b", "c"].enumerated() {
            sessions.keep(try ticket(), in: key(name), at: Scene.seconds(second))
        }
        #expect(sessions.ticket(for: Scene.digest(), in: key("a"), at: Scene.seconds(3)) == nil)
        #expect(sessions.ticket(for: Scene.digest(), in: key("c"), at: Scene.seconds(3)) != nil)
        sessions.keep(try ticket(Scene.digest(2)), in: key("c"), at: Scene.seconds(3))
        #expect(sessions.ticket(for: Scene.digest(2), in: key("c"), at: Scene.seconds(3)) == nil)
    }

    @Test("Users without an account share one user's sessions and marks, so that no subordinate ids make more of them")
    func sharedBounds() throws {
        var sessions = TaskSessions(limits: TaskSessions.Limits(sessionsOfOneUser: 2, marksOfOneUser: 2))
        func share(of key: TaskSessions.Key) -> UserID {
            Scene.party(key.user.rawValue, process: 900, session: nil, terminal: nil, hasAccount: false).share
        }
        let keys = (0..<3).map { TaskSessions.Key(user: UserID(100_000 + UInt32($0)), name: "task") }
        for (second, key) in keys.enumerated() {
            sessions.keep(try ticket(), in: key, share: share(of: key), at: Scene.seconds(second))
        }
        let kept = keys.map { sessions.ticket(for: Scene.digest(), in: $0, at: Scene.seconds(3)) != nil }
        #expect(kept == [false, true, true])
        for key in keys.prefix(2) { sessions.markUntrusted(key, share: share(of: key)) }
        #expect(sessions.isUntrusted(keys[2], share: share(of: keys[2])))
        #expect(!sessions.isUntrusted(TaskSessions.Key(user: UserID(1000), name: "task")))
    }
}
