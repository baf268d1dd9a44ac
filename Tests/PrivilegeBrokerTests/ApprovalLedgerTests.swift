import BrokerProtocol
import HostModel
import LinuxSystem
import Policies
import PrivilegeBroker
import Testing

@Suite struct ApprovalLedgerTests {
    private let id = RequestID(1)
    private let start = Scene.seconds(1000)

    private func ledger(_ needs: [ApprovalNeed], by requester: Requester = Scene.ada) -> ApprovalLedger {
        var ledger = ApprovalLedger()
        _ = ledger.ask(Scene.request(by: requester, needs), id: id, at: start)
        return ledger
    }

    private func approve(
        _ ledger: inout ApprovalLedger, _ method: ApprovalMethod, by party: Requester,
        digest: SubjectDigest = Scene.digest(),
        at now: BootTime? = nil
    ) throws -> [ApprovalNeed] {
        try ledger.approve(
            id, digest: digest, by: method, from: party, proofs: Set(PromptKind.allCases), rules: Scene.rules,
            at: now ?? start)
    }

    @Test("What was approved may start once, and not again")
    func once() throws {
        var ledger = ledger([ApprovalNeed(.peer)])
        #expect(ledger.take(id, digest: Scene.digest(), at: start) == nil)
        #expect(try approve(&ledger, .peer, by: Scene.bob) == [])
        let ticket = ledger.take(id, digest: Scene.digest(), at: start)
        #expect(ticket?.digest == Scene.digest())
        #expect(ledger.take(id, digest: Scene.digest(), at: start) == nil)
        #expect(throws: ApprovalObjection.unknownRequest) { try approve(&ledger, .peer, by: Scene.bob) }
    }

    @Test("An approval for another digest does not count, and neither does it start another digest")
    func digest() throws {
        var ledger = ledger([ApprovalNeed(.peer)])
        #expect(throws: ApprovalObjection.otherDigest) {
            try approve(&ledger, .peer, by: Scene.bob, digest: Scene.digest(2))
        }
        #expect(try approve(&ledger, .peer, by: Scene.bob) == [])
        #expect(ledger.take(id, digest: Scene.digest(2), at: start) == nil)
        #expect(ledger.take(id, digest: Scene.digest(), at: start) != nil)
    }

    @Test("Two peers are two people: not one twice, nor one behind two accounts")
    func twoPeers() throws {
        var ledger = ledger([ApprovalNeed(.peer, count: 2)])
        #expect(try approve(&ledger, .peer, by: Scene.bob) == [ApprovalNeed(.peer, count: 1)])
        let again = Scene.bob.with { ($0.process, $0.auditSession, $0.terminal) = (ProcessID(9), 99, "/dev/pts/99") }
        #expect(throws: ApprovalObjection.alreadyApproved) { try approve(&ledger, .peer, by: again) }
        let bobAsCarol = Scene.carol.with { ($0.loginUser, $0.auditSession) = (UserID(1001), 7) }
        #expect(throws: ApprovalObjection.alreadyApproved) { try approve(&ledger, .peer, by: bobAsCarol) }
        #expect(ledger.take(id, digest: Scene.digest(), at: start) == nil)
        #expect(try approve(&ledger, .peer, by: Scene.carol) == [])
        #expect(throws: ApprovalObjection.notNeeded) { try approve(&ledger, .peer, by: Scene.bob) }
        #expect(ledger.take(id, digest: Scene.digest(), at: start) != nil)
    }

    @Test("Every method that is named is needed, and one that is not named counts for nothing")
    func severalMethods() throws {
        var ledger = ledger([ApprovalNeed(.confirm), ApprovalNeed(.peer)])
        #expect(throws: ApprovalObjection.notNeeded) { try approve(&ledger, .ownOtherTerminal, by: Scene.adaElsewhere) }
        #expect(try approve(&ledger, .peer, by: Scene.bob) == [ApprovalNeed(.confirm)])
        #expect(ledger.take(id, digest: Scene.digest(), at: start) == nil)
        #expect(try approve(&ledger, .confirm, by: Scene.ada) == [])
        #expect(ledger.take(id, digest: Scene.digest(), at: start) != nil)
    }

    @Test(
        "At the moment it expires a request can be neither approved nor started nor refused, and is handed out once as expired"
    )
    func expiry() throws {
        var ledger = ledger([ApprovalNeed(.peer)])
        let last = start + .seconds(299)
        let end = start + .seconds(300)
        #expect(ledger.nextExpiry == end)
        #expect(try approve(&ledger, .peer, by: Scene.bob, at: last) == [])
        #expect(ledger.take(id, digest: Scene.digest(), at: end) == nil)
        #expect(throws: ApprovalObjection.expired) { try approve(&ledger, .peer, by: Scene.carol, at: end) }
        #expect(throws: ApprovalObjection.expired) {
            try ledger.refuse(id, from: Scene.bob, rules: Scene.rules, at: end)
        }
        #expect(ledger.expire(at: last).isEmpty)
        #expect(ledger.expire(at: end).map(\.id) == [id])
        #expect(ledger.expire(at: end).isEmpty)
        #expect(ledger.pending.isEmpty)
    }

    @Test("Who may approve may refuse, root may, and the requester may take it back; others may not")
    func refusing() throws {
        for party in [
            Scene.bob, Scene.adaElsewhere, Scene.party(0, process: 1, login: 1001, session: 7, terminal: "/dev/tty1"),
        ] {
            var ledger = ledger([ApprovalNeed(.peer)])
            #expect(try ledger.refuse(id, from: party, rules: Scene.rules, at: start).id == id)
            #expect(throws: ApprovalObjection.unknownRequest) { try approve(&ledger, .peer, by: Scene.carol) }
        }
        var ledger = ledger([ApprovalNeed(.peer)])
        #expect(throws: ApprovalObjection.notAnApprover(group: "approvers")) {
            try ledger.refuse(id, from: Scene.dave, rules: Scene.rules, at: start)
        }
        #expect(throws: ApprovalObjection.agent) {
            try ledger.refuse(id, from: Scene.agentAccount, rules: Scene.rules, at: start)
        }
        #expect(ledger[id] != nil)
    }

    @Test("Who waits takes its own request out when its time is up, not before, and no other")
    func ownExpiry() {
        var ledger = ledger([ApprovalNeed(.peer)])
        _ = ledger.ask(Scene.request(by: Scene.bob, []), id: RequestID(2), at: start)
        let expiry = start + ledger.limits.lifetime
        #expect(ledger.expire(id, at: BootTime(sinceBoot: expiry.sinceBoot - .nanoseconds(1))) == nil)
        #expect(ledger.expire(id, at: expiry)?.id == id)
        #expect(ledger.expire(id, at: expiry) == nil && ledger[RequestID(2)] != nil)
    }

    @Test("Limits that nobody sets are those of a policy that sets none")
    func policyLimits() {
        #expect(ApprovalLedger().limits == ApprovalLedger.Limits(CommandPolicy.Pending()))
        #expect(ApprovalLedger().limits.pending == 64 && ApprovalLedger().limits.pendingOfOneUser == 32)
        #expect(ProofAttempts().limits == ProofAttempts.Limits(CommandPolicy.Lockout()))
        #expect(ProofAttempts().limits.lockout == .seconds(900))
    }

    @Test("An id that is in use is not given to another request")
    func identifiers() {
        var ledger = ledger([ApprovalNeed(.peer)])
        #expect(ledger.ask(Scene.request(by: Scene.bob, []), id: id, at: start) == nil)
        #expect(ledger[id]?.request.requester == Scene.ada)
    }

    @Test("Who asks for thousands crowds out the own oldest requests, and nobody else's")
    func crowding() throws {
        var ledger = ApprovalLedger(limits: ApprovalLedger.Limits(pending: 10, pendingOfOneUser: 3))
        _ = ledger.ask(Scene.request(by: Scene.bob, []), id: RequestID(9999), at: start)
        var crowdedOut: [RequestID] = []
        for number in 1...5000 {
            let result = ledger.ask(Scene.request([ApprovalNeed(.peer)]), id: RequestID(UInt64(number)), at: start)
            crowdedOut += [result?.crowdedOut?.id].compactMap(\.self)
        }
        #expect(crowdedOut == (1...4997).map(RequestID.init))
        #expect(ledger.pending.map(\.id) == [9999, 4998, 4999, 5000].map(RequestID.init))
    }

    @Test("Where all together ask too much, the oldest of who asks most makes room")
    func crowdingTogether() {
        var ledger = ApprovalLedger(limits: ApprovalLedger.Limits(pending: 4, pendingOfOneUser: 3))
        _ = ledger.ask(Scene.request(by: Scene.bob, []), id: RequestID(1), at: start)
        for number in 2...4 { _ = ledger.ask(Scene.request([]), id: RequestID(UInt64(number)), at: start) }
        let result = ledger.ask(Scene.request(by: Scene.carol, []), id: RequestID(5), at: start)
        #expect(result?.crowdedOut?.id == RequestID(2))
        #expect(ledger.pending.map(\.id) == [1, 3, 4, 5].map(RequestID.init))
    }

    @Test("Users without an account together crowd out no more than one user may, of their own")
    func crowdingWithoutAccounts() {
        var ledger = ApprovalLedger(limits: ApprovalLedger.Limits(pending: 10, pendingOfOneUser: 3))
        _ = ledger.ask(Scene.request(by: Scene.bob, []), id: RequestID(9999), at: start)
        for number in 1...5000 {
            let party = Scene.party(
                UInt32(100_000 + number), process: 900, session: nil, terminal: nil, groups: [], hasAccount: false)
            _ = ledger.ask(Scene.request(by: party, [ApprovalNeed(.peer)]), id: RequestID(UInt64(number)), at: start)
        }
        #expect(ledger.pending.map(\.id) == [9999, 4998, 4999, 5000].map(RequestID.init))
    }

    @Test("An approver is offered the methods it could approve by")
    func openMethods() {
        let ledger = ledger([ApprovalNeed(.peer), ApprovalNeed(.ownOtherTerminal), ApprovalNeed(.confirm)])
        func methods(_ party: Requester) -> Set<ApprovalMethod> {
            ledger.methods(openTo: party, for: id, rules: Scene.rules)
        }
        #expect(methods(Scene.bob) == [.peer])
        #expect(methods(Scene.adaElsewhere) == [.ownOtherTerminal])
        #expect(methods(Scene.ada) == [.confirm])
        #expect(methods(Scene.agentAccount).isEmpty)
        #expect(ledger.methods(openTo: Scene.bob, for: RequestID(9), rules: Scene.rules).isEmpty)
    }

    @Test("A ticket without approval is given only where none is needed")
    func withoutApproval() {
        #expect(ApprovalTicket(withoutApproval: Scene.request([]))?.basis == .notNeeded)
        #expect(ApprovalTicket(withoutApproval: Scene.request([ApprovalNeed(.confirm)])) == nil)
    }
}
