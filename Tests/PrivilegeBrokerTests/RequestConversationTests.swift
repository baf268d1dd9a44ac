import BrokerProtocol
import LinuxSystem
import PrivilegeBroker
import Testing

@Suite struct RequestConversationTests {
    private typealias Event = RequestConversation.Event
    private typealias Action = RequestConversation.Action

    private static let report = DecisionReport(isAllowed: true, rule: "restart", reason: "rule restart")
    private let secret = SecretBytes("x".utf8)

    private func ticket() throws -> ApprovalTicket {
        try #require(ApprovalTicket(withoutApproval: Scene.request([])))
    }

    private func conversation(_ options: RunOptions = [], hasTerminal: Bool = true) -> RequestConversation {
        RequestConversation(options: options, hasTerminal: hasTerminal)
    }

    /// Hands over the events and returns what was to be done after each.
    private func actions(_ conversation: inout RequestConversation, _ events: [Event]) -> [Action] {
        events.map { conversation.handle($0) }
    }

    private func refusal(_ action: Action?) -> Refusal? {
        if case .refuse(let refusal) = action { refusal } else { nil }
    }

    private let allowed = Event.decided(.allowed(Self.report))
    private let unreasoned = Event.decided(
        .needsReason(Refusal(code: .deniedByPolicy, text: "why?", rule: "restart", remedy: "--reason TEXT")))

    @Test("A command that needs no approval is checked, recorded, started, recorded again, in this order")
    func straight() throws {
        var conversation = conversation([.nonInteractive], hasTerminal: false)
        let ticket = try ticket()
        let done = actions(
            &conversation,
            [allowed, .programChecked, .ticket(ticket), .recorded, .started, .ended(.exited(code: 3)), .recorded])
        #expect(
            done == [
                .checkProgram, .seekApproval, .recordStart(ticket), .start(ticket), .relay,
                .recordEnd(.ended(.exited(code: 3))), .finish(.ended(.exited(code: 3))),
            ])
        #expect(conversation.isOver)
    }

    @Test("Own proofs come first, then the approvals of others, then the ticket")
    func approvals() throws {
        var conversation = conversation()
        let peer = ApprovalNeed(.peer)
        let done = actions(
            &conversation,
            [
                allowed, .programChecked, .needs([peer, ApprovalNeed(.confirm)]), .answered(secret),
                .proof(.wrong(attemptsLeft: 4)), .answered(secret), .proof(.right), .needs([peer]), .needs([]),
                .ticket(try ticket()),
            ])
        #expect(
            Array(done.dropFirst(2)) == [
                .ask(.password, attempt: 1), .verify(.password, secret), .ask(.password, attempt: 2),
                .verify(.password, secret), .grant(.confirm, .password), .awaitApproval([peer]), .takeTicket,
                .recordStart(try ticket()),
            ])
    }

    @Test("No record, no command")
    func unrecorded() throws {
        var conversation = conversation()
        let done = actions(
            &conversation,
            [allowed, .programChecked, .ticket(try ticket()), .recordFailed("No space left on device"), .recorded])
        #expect(refusal(done[3])?.code == .deniedByPolicy)
        #expect(refusal(done[3])?.text.contains("No space left on device") == true)
        #expect(done[4] == .wait)
    }

    @Test("A denied command is refused as the policy says, and nothing follows")
    func denied() throws {
        var conversation = conversation()
        let refusal = Refusal(code: .deniedByPolicy, text: "no rule matches")
        #expect(
            actions(&conversation, [.decided(.denied(refusal)), .programChecked, .ticket(try ticket()), .recorded])
                == [.refuse(refusal), .wait, .wait, .wait])
    }

    @Test("A dry run reports and runs nothing")
    func dryRun() throws {
        var conversation = conversation([.dryRun])
        #expect(
            actions(&conversation, [allowed, .programChecked, .ticket(try ticket())]) == [
                .report(Self.report), .wait, .wait,
            ])
    }

    @Test("A reason that is needed is asked for once, at the terminal, and the policy decides again with it")
    func reason() {
        var asked = conversation()
        #expect(
            actions(&asked, [unreasoned, .answered(secret), allowed])
                == [.ask(.reason, attempt: 1), .decide(reason: secret), .checkProgram])
        for answer in [SecretBytes([]), nil] {
            var empty = conversation()
            let refusal = refusal(actions(&empty, [unreasoned, .answered(answer)])[1])
            #expect(refusal?.code == .deniedByPolicy)
            #expect(refusal?.rule == "restart")
        }
        var insatiable = conversation()
        #expect(refusal(actions(&insatiable, [unreasoned, .answered(secret), unreasoned])[2])?.text == "why?")
    }

    @Test("A reason is not asked for with -n, without a terminal or in a dry run: the refusal says how to give it")
    func silentReason() {
        for var silent in [conversation([.nonInteractive]), conversation(hasTerminal: false), conversation([.dryRun])] {
            #expect(refusal(silent.handle(unreasoned))?.remedy == "--reason TEXT")
        }
    }

    @Test(
        "A proof is asked for only at a terminal and without -n",
        arguments: [ApprovalMethod.confirm, .token, .oneTimeCode])
    func silentProof(method: ApprovalMethod) {
        for var silent in [conversation([.nonInteractive]), conversation(hasTerminal: false)] {
            let done = actions(&silent, [allowed, .programChecked, .needs([ApprovalNeed(method)])])
            #expect(refusal(done[2])?.code == .proofFailed)
        }
        var waiting = conversation([.nonInteractive], hasTerminal: false)
        #expect(
            actions(&waiting, [allowed, .programChecked, .needs([ApprovalNeed(.peer)])])[2]
                == .awaitApproval([ApprovalNeed(.peer)]))
    }

    @Test("Who waits for nobody is refused at once what others have to approve, and told what that is")
    func waitingForNobody() {
        for need in [ApprovalNeed(.peer, count: 2), ApprovalNeed(.ownOtherTerminal)] {
            var hurried = conversation([.nonInteractive, .waitsForNobody])
            let refusal = refusal(actions(&hurried, [allowed, .programChecked, .needs([need])])[2])
            #expect(refusal?.code == .proofFailed && refusal?.text.contains(need.text) == true)
            #expect(refusal?.remedy?.contains("without -n") == true)
        }
    }

    @Test("Three wrong answers, a lock-out, no answer or PAM out of order end the request as not proven")
    func failedProof() {
        let asking: [Event] = [allowed, .programChecked, .needs([ApprovalNeed(.token)])]
        let wrong: [Event] = [.answered(secret), .proof(.wrong(attemptsLeft: 9))]
        let endings: [[Event]] = [
            wrong + wrong + wrong, [.answered(secret), .proof(.wrong(attemptsLeft: 0))],
            [.answered(secret), .proof(.lockedOut(.seconds(60)))], [.answered(nil)],
            [.answered(secret), .proof(.unavailable("PAM: module is unknown"))],
            [.answered(secret), .proof(.right), .objection(.agent)],
        ]
        for ending in endings {
            var conversation = conversation()
            #expect(refusal(actions(&conversation, asking + ending).last)?.code == .proofFailed)
            #expect(conversation.isOver)
        }
    }

    @Test("A person's no, expiry and being crowded out each say so, with the exit code that is theirs")
    func waiting() {
        let endings: [(Event, RefusalCode)] = [
            (.refusedByPerson(who: "bob", reason: "not today"), .deniedByPerson), (.expired, .expired),
            (.crowdedOut, .expired),
        ]
        for (event, code) in endings {
            var conversation = conversation()
            let done = actions(
                &conversation, [allowed, .programChecked, .needs([ApprovalNeed(.peer)]), event, .needs([])])
            #expect(refusal(done[3])?.code == code)
            #expect(refusal(done[3])?.rule == "restart")
            #expect(done[4] == .wait)
        }
    }

    @Test(
        "When the client goes, a waiting request is forgotten, a running command hung up, and its end recorded all the same"
    )
    func clientGone() throws {
        var waiting = conversation()
        #expect(
            actions(&waiting, [allowed, .programChecked, .needs([ApprovalNeed(.peer)]), .clientGone, .needs([])])
                .suffix(2)
                == [.abandon, .wait])
        var running = conversation()
        #expect(
            actions(
                &running,
                [
                    allowed, .programChecked, .ticket(try ticket()), .recorded, .started, .clientGone,
                    .ended(.signalled(number: 1, dumpedCore: false)),
                ]
            ).suffix(2) == [.hangUp, .recordEnd(.ended(.signalled(number: 1, dumpedCore: false)))])
        var recording = conversation()
        #expect(
            actions(&recording, [allowed, .programChecked, .ticket(try ticket()), .clientGone, .recorded]).suffix(2)
                == [.wait, .recordEnd(.notStarted("its client had gone"))])
        var starting = conversation()
        #expect(
            actions(&starting, [allowed, .programChecked, .ticket(try ticket()), .recorded, .clientGone, .started])
                .suffix(2)
                == [.wait, .hangUp])
    }

    @Test("A start that fails is recorded as such")
    func startFailure() throws {
        var conversation = conversation()
        #expect(
            actions(
                &conversation,
                [allowed, .programChecked, .ticket(try ticket()), .recorded, .startFailed("execveat: ETXTBSY")]
            ).last == .recordEnd(.notStarted("execveat: ETXTBSY")))
    }

    @Test("In 20,000 random courses a command starts at most once, after its record, which came after its ticket")
    func randomCourses() throws {
        var random = Xorshift(state: 77)
        let events: [Event] = [
            allowed, unreasoned, .answered(secret), .answered(nil),
            .programChecked,
            .programUnfit("x", remedy: "y"), .ticket(try ticket()), .needs([]), .needs([ApprovalNeed(.confirm)]),
            .needs([ApprovalNeed(.peer)]), .proof(.right), .proof(.wrong(attemptsLeft: 1)), .objection(.agent),
            .expired,
            .recorded, .recordFailed("x"), .started, .startFailed("x"), .ended(.timedOut), .clientGone,
        ]
        var starts = 0
        for _ in 0..<20_000 {
            var conversation = conversation()
            var seen: [Event] = []
            var done: [Action] = []
            while !conversation.isOver, seen.count < 40 {
                // Half of the events are those that would lead on.
                let next = events[Int(random.next() % UInt64(events.count))]
                seen.append(random.next() % 2 == 0 ? next : leading(from: done.last, else: next))
                done.append(conversation.handle(seen[seen.count - 1]))
            }
            let started = done.indices.filter { if case .start = done[$0] { true } else { false } }
            #expect(started.count <= 1)
            guard let start = started.first else { continue }
            starts += 1
            #expect(seen[start] == .recorded)
            let recording = done[..<start].lastIndex { if case .recordStart = $0 { true } else { false } }
            let record = try #require(recording)
            #expect(seen[record] == .ticket(try ticket()))
            #expect(!seen[...start].contains(.clientGone))
            #expect(!done[..<start].contains { refusal($0) != nil })
        }
        #expect(starts > 500, "\(starts)")
    }

    private func leading(from action: Action?, else other: Event) -> Event {
        switch action {
        case nil: allowed
        case .ask: .answered(secret)
        case .decide: allowed
        case .checkProgram: .programChecked
        case .seekApproval, .takeTicket: (try? ticket()).map(Event.ticket) ?? other
        case .verify: .proof(.right)
        case .grant, .awaitApproval: .needs([])
        case .recordStart, .recordEnd: .recorded
        case .start: .started
        case .relay, .hangUp: .ended(.exited(code: 0))
        default: other
        }
    }
}
