import BrokerProtocol
import HostModel
import LinuxSystem
import Policies
import PrivilegeBroker
import Testing

/// The ledger against a judge that remembers every attempt and works out anew, from the issue's sentences, whether a command may start.
@Suite struct LedgerModelTests {
    @Test(
        "In 100,000 random courses of events nothing starts twice, late, for another digest, or approved by an agent or the requester"
    )
    func randomCourses() {
        var random = Xorshift(state: 0x5eed_0fba_11e7)
        var started = 0
        for course in 0..<100_000 {
            var run = Course(random: random)
            for _ in 0..<12 { run.step() }
            random = run.random
            started += run.startedCount
            if let complaint = run.complaint {
                Issue.record("course \(course): \(complaint)")
                return
            }
        }
        #expect(started > 2000, "courses that get as far as a start are among them: \(started)")
    }
}

/// One course of events.
private struct Course {
    private static let users: [Requester] = [
        Scene.ada, Scene.adaElsewhere, Scene.bob, Scene.carol, Scene.dave, Scene.agentAccount,
        Scene.bob.with { $0.ancestry.append("/usr/bin/agent") },
        Scene.carol.with { ($0.loginUser, $0.auditSession) = (UserID(1000), 5) },
        Scene.party(0, process: 1, login: 1004, session: 20, terminal: "/dev/tty1"),
    ]
    private static let needs: [[ApprovalNeed]] = [
        [ApprovalNeed(.peer)], [ApprovalNeed(.peer, count: 2)], [ApprovalNeed(.confirm)],
        [ApprovalNeed(.ownOtherTerminal)],
        [ApprovalNeed(.peer), ApprovalNeed(.confirm)], [ApprovalNeed(.token)],
    ]

    private struct Attempt {
        var method: ApprovalMethod
        var party: Requester
        var proofs: Set<PromptKind>
        var digest: SubjectDigest
        var at: BootTime
    }

    private struct Asked {
        var request: ApprovalRequest
        var at: BootTime
        var attempts: [Attempt] = []
        var isOver = false
    }

    var random: Xorshift
    var startedCount = 0
    var complaint: String?
    private var ledger = ApprovalLedger(
        limits: ApprovalLedger.Limits(pending: 4, pendingOfOneUser: 3, lifetime: .seconds(60)))
    private var rules = Scene.rules
    private var asked: [RequestID: Asked] = [:]
    private var now = Scene.seconds(0)

    init(random: Xorshift) {
        self.random = random
        rules.rootMayApprove = Bool.random(using: &self.random)
        ask()
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(random.next() % UInt64(elements.count))]
    }

    private mutating func pickID() -> RequestID { RequestID(1 + random.next() % UInt64(asked.count + 1)) }
    private mutating func pickDigest() -> SubjectDigest { random.next() % 8 == 0 ? Scene.digest(2) : Scene.digest(1) }

    mutating func step() {
        switch random.next() % 16 {
        case 0: ask()
        case 1: now = now + .seconds(Int(random.next() % 45))
        case 2: for pending in ledger.expire(at: now) { asked[pending.id]?.isOver = true }
        case 3: refuse()
        case 4...6: take()
        default: approve()
        }
    }

    private mutating func ask() {
        let id = RequestID(UInt64(asked.count + 1))
        let request = ApprovalRequest(
            requester: pick(Self.users), digest: Scene.digest(1), needs: pick(Self.needs))
        guard let result = ledger.ask(request, id: id, at: now) else {
            complaint = "an unused id was refused"
            return
        }
        asked[id] = Asked(request: request, at: now)
        if let crowdedOut = result.crowdedOut { asked[crowdedOut.id]?.isOver = true }
    }

    private mutating func approve() {
        let id = pickID()
        // Half of the approvals come from who is asked for, else hardly any course gets anywhere.
        var party = pick(Self.users)
        var method = pick(ApprovalMethod.allCases)
        if let request = asked[id]?.request, random.next() % 2 == 0 {
            method = pick(request.needs).method
            if method != .peer, method != .ownOtherTerminal { party = request.requester }
        }
        let proofs: Set<PromptKind> = random.next() % 4 == 0 ? [] : Set(PromptKind.allCases)
        let digest = pickDigest()
        asked[id]?.attempts.append(Attempt(method: method, party: party, proofs: proofs, digest: digest, at: now))
        _ = try? ledger.approve(
            id, digest: digest, by: method, from: party, proofs: proofs, rules: rules, at: now)
    }

    private mutating func refuse() {
        let id = pickID()
        if (try? ledger.refuse(id, from: pick(Self.users), rules: rules, at: now)) != nil { asked[id]?.isOver = true }
    }

    private mutating func take() {
        let id = pickID()
        let digest = pickDigest()
        let ticket = ledger.take(id, digest: digest, at: now)
        let mayStart = judge(id, digest)
        if (ticket != nil) != mayStart {
            complaint =
                "request \(id): ticket \(ticket != nil), the judge says \(mayStart); \(String(describing: asked[id]))"
        }
        guard ticket != nil else { return }
        asked[id]?.isOver = true
        startedCount += 1
    }

    /// Whether the attempts so far let it start now.
    private func judge(_ id: RequestID, _ digest: SubjectDigest) -> Bool {
        guard let entry = asked[id], !entry.isOver, digest == entry.request.digest, now - entry.at < .seconds(60) else {
            return false
        }
        let requester = entry.request.requester
        return entry.request.needs.allSatisfy { need in
            // A second one of the same person, by account or by login, does not count.
            var people: [Requester] = []
            for attempt in entry.attempts where attempt.method == need.method && counts(attempt, for: requester, entry)
            {
                let names = Self.names(of: attempt.party)
                if people.allSatisfy({ Self.names(of: $0).isDisjoint(with: names) }) { people.append(attempt.party) }
            }
            return people.count >= Int(need.count)
        }
    }

    private func counts(_ attempt: Attempt, for requester: Requester, _ entry: Asked) -> Bool {
        guard attempt.digest == entry.request.digest, attempt.at - entry.at < .seconds(60) else { return false }
        let party = attempt.party
        let isAgent = Self.isAgent(party)
        switch attempt.method {
        case .confirm:
            return party.process == requester.process && !isAgent && !Self.isAgent(requester)
                && attempt.proofs.contains(.password)
        case .token: return party.process == requester.process && attempt.proofs.contains(.token)
        case .oneTimeCode: return party.process == requester.process && attempt.proofs.contains(.oneTimeCode)
        case .ownOtherTerminal:
            let isElsewhere = party.terminal != requester.terminal || party.auditSession != requester.auditSession
            return party.user == requester.user && !isAgent && isElsewhere && !attempt.proofs.isEmpty
        case .peer:
            let isApprover = party.user == .root ? rules.rootMayApprove : party.groupNames.contains("approvers")
            return !isAgent && isApprover && Self.names(of: party).isDisjoint(with: Self.names(of: requester))
        }
    }

    /// The accounts that are this person: its own and that of its login.
    private static func names(of party: Requester) -> Set<UserID> {
        party.loginUser.map { [party.user, $0] } ?? [party.user]
    }

    private static func isAgent(_ party: Requester) -> Bool {
        party.user == UserID(2000) || party.ancestry.contains("/usr/bin/agent")
    }
}

/// Numbers that are the same in every run (Marsaglia's xorshift64).
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
