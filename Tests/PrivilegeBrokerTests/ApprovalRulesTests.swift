import BrokerProtocol
import HostModel
import Policies
import PrivilegeBroker
import Testing

@Suite struct ApprovalRulesTests {
    private let all = Set(PromptKind.allCases)

    private func objection(
        _ method: ApprovalMethod, by party: Requester, for requester: Requester = Scene.ada,
        proofs: Set<PromptKind>? = nil,
        rules: ApprovalRules = Scene.rules
    ) -> ApprovalObjection? {
        rules.objection(to: method, by: party, for: requester, proofs: proofs ?? all)
    }

    // MARK: peer
    @Test("A peer is another person in the approver group, from another login")
    func peer() {
        #expect(objection(.peer, by: Scene.bob) == nil)
        #expect(objection(.peer, by: Scene.bob, proofs: []) == nil)
        #expect(objection(.peer, by: Scene.dave) == .notAnApprover(group: "approvers"))
    }

    @Test("Nobody is the own peer, from whatever terminal, login or account")
    func ownPeer() {
        #expect(objection(.peer, by: Scene.ada) == .samePerson)
        #expect(objection(.peer, by: Scene.adaElsewhere) == .samePerson)
        // Ada became Bob by su: the account is another, the login is hers.
        #expect(
            objection(.peer, by: Scene.bob.with { ($0.loginUser, $0.auditSession) = (UserID(1000), 5) }) == .samePerson)
        #expect(objection(.peer, by: Scene.bob.with { $0.loginUser = UserID(1000) }) == .samePerson)
        // Bob became Ada and asks; Bob cannot approve that.
        let bobAsAda = Scene.ada.with { ($0.loginUser, $0.auditSession) = (UserID(1001), 7) }
        #expect(objection(.peer, by: Scene.bob, for: bobAsAda) == .samePerson)
    }

    @Test("A peer in the requester's own login session is refused")
    func peerInSameLogin() {
        #expect(objection(.peer, by: Scene.bob.with { $0.auditSession = 5 }) == .sameLogin)
    }

    @Test("Where nothing records logins, a peer needs a terminal of its own")
    func peerWithoutLogins() {
        let requester = Scene.ada.with { ($0.loginUser, $0.auditSession) = (nil, nil) }
        let peer = Scene.bob.with { ($0.loginUser, $0.auditSession) = (nil, nil) }
        #expect(objection(.peer, by: peer, for: requester) == nil)
        #expect(objection(.peer, by: peer.with { $0.terminal = requester.terminal }, for: requester) == .sameLogin)
        #expect(objection(.peer, by: peer.with { $0.terminal = nil }, for: requester) == .sameLogin)
    }

    @Test("Root approves only where the policy says so, and never for itself or the login behind it")
    func root() {
        let root = Scene.party(0, process: 1, login: 1001, session: 7, terminal: "/dev/tty1")
        var rules = Scene.rules
        #expect(objection(.peer, by: root, rules: rules) == .root)
        rules.rootMayApprove = true
        #expect(objection(.peer, by: root, rules: rules) == nil)
        #expect(objection(.peer, by: root.with { $0.loginUser = UserID(1000) }, rules: rules) == .samePerson)
        #expect(objection(.peer, by: root, for: root.with { $0.startTime = 9 }, rules: rules) == .samePerson)
    }

    @Test("A peer proves who it is where the policy wants that")
    func peerProof() {
        var rules = Scene.rules
        rules.peerNeedsProof = true
        #expect(objection(.peer, by: Scene.bob, proofs: [.token], rules: rules) == .noProof)
        #expect(objection(.peer, by: Scene.bob, proofs: [.password], rules: rules) == nil)
    }

    // MARK: agents
    @Test(
        "An agent approves nothing: by account, by the login behind it, by unit, by executable or an ancestor's",
        arguments: [
            Scene.agentAccount, Scene.bob.with { $0.loginUser = UserID(2000) },
            Scene.bob.with { $0.unit = "claude.service" },
            Scene.bob.with { $0.cgroup = "/system.slice/claude.service/inner" },
            // Whoever has subordinate ids is one of those.
            Scene.bob.with { $0.userName = nil },
            // A group of its own making, whose name begins with a combining mark.
            Scene.bob.with { $0.cgroup = "/system.slice/claude.service/\u{301}inner" },
            Scene.bob.with { $0.executable = "/usr/bin/agent" },
            Scene.bob.with { $0.ancestry.append("/usr/bin/agent") },
            // What could not be looked at may be an agent.
            Scene.bob.with { $0.hasUnseenAncestry = true }, Scene.bob.with { $0.executable = nil },
        ])
    func agents(agent: Requester) {
        #expect(objection(.peer, by: agent) == .agent)
        #expect(objection(.ownOtherTerminal, by: agent, for: agent.with { $0.terminal = "/dev/pts/9" }) == .agent)
        #expect(objection(.confirm, by: agent, for: agent) == .agent)
    }

    // MARK: confirm, token, totp
    @Test("Confirming takes the requester itself, its own terminal and a proof")
    func confirm() {
        #expect(objection(.confirm, by: Scene.ada) == nil)
        #expect(objection(.confirm, by: Scene.ada, proofs: [.token, .oneTimeCode]) == .noProof)
        #expect(objection(.confirm, by: Scene.adaElsewhere) == .notTheRequester)
        let daemon = Scene.ada.with { $0.terminal = nil }
        #expect(objection(.confirm, by: daemon, for: daemon) == .noTerminal)
        // The same pid with another start is another process.
        #expect(objection(.confirm, by: Scene.ada.with { $0.startTime = 101 }) == .notTheRequester)
    }

    @Test("A token or code counts for its own method, typed by the requester at a terminal")
    func secrets() {
        #expect(objection(.token, by: Scene.ada, proofs: [.token]) == nil)
        #expect(objection(.token, by: Scene.ada, proofs: [.oneTimeCode, .password]) == .noProof)
        #expect(objection(.oneTimeCode, by: Scene.ada, proofs: [.oneTimeCode]) == nil)
        #expect(objection(.oneTimeCode, by: Scene.ada, proofs: [.token]) == .noProof)
        #expect(objection(.token, by: Scene.bob) == .notTheRequester)
        let daemon = Scene.ada.with { $0.terminal = nil }
        #expect(objection(.token, by: daemon, for: daemon) == .noTerminal)
    }

    // MARK: self
    @Test("The same person approves from another terminal or login, proven by password or code")
    func ownOtherTerminal() {
        #expect(objection(.ownOtherTerminal, by: Scene.adaElsewhere, proofs: [.password]) == nil)
        #expect(objection(.ownOtherTerminal, by: Scene.adaElsewhere, proofs: [.oneTimeCode]) == nil)
        #expect(objection(.ownOtherTerminal, by: Scene.adaElsewhere, proofs: [.token]) == .noProof)
        #expect(objection(.ownOtherTerminal, by: Scene.ada) == .sameTerminal)
        #expect(objection(.ownOtherTerminal, by: Scene.ada.with { $0.terminal = "/dev/pts/7" }) == nil)
        #expect(objection(.ownOtherTerminal, by: Scene.adaElsewhere.with { $0.terminal = nil }) == .noTerminal)
        #expect(objection(.ownOtherTerminal, by: Scene.bob) == .otherUser)
    }
}
