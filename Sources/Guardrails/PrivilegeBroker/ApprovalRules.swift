package import BrokerProtocol
private import HostModel
package import Policies

/// Who may approve what, by which method. Decided from values alone; `ApprovalLedger` keeps what was decided.
package struct ApprovalRules: Sendable, Hashable {
    package var agents: CommandPolicy.Agents
    /// The group whose members are approvers (`peer`); nil: nobody is.
    package var approverGroup: String?
    /// Root approves only where the policy says so.
    package var rootMayApprove: Bool
    /// Whether a peer proves who it is, as the requester does.
    package var peerNeedsProof: Bool

    package init(
        agents: CommandPolicy.Agents = CommandPolicy.Agents(), approverGroup: String?, rootMayApprove: Bool = false,
        peerNeedsProof: Bool = false
    ) {
        self.agents = agents
        self.approverGroup = approverGroup
        self.rootMayApprove = rootMayApprove
        self.peerNeedsProof = peerNeedsProof
    }

    /// Why `party` cannot approve what `requester` asks by `method`, having given `proofs`; nil when it can.
    package func objection(
        to method: ApprovalMethod, by party: Requester, for requester: Requester, proofs: Set<PromptKind>
    ) -> ApprovalObjection? {
        switch method {
        case .confirm: objection(toConfirmBy: party, for: requester, proofs: proofs)
        case .token: objection(toSecret: .token, by: party, for: requester, proofs: proofs)
        case .oneTimeCode: objection(toSecret: .oneTimeCode, by: party, for: requester, proofs: proofs)
        case .ownOtherTerminal: objection(toSelfBy: party, for: requester, proofs: proofs)
        case .peer: objection(toPeer: party, for: requester, proofs: proofs)
        }
    }

    /// Why `party` is nobody whose word counts for what `requester` asks, wherever it comes from; nil when it is a peer. Such a person may
    /// look at the request and refuse it from anywhere: only a yes needs another login and a proof.
    package func objection(toPerson party: Requester, for requester: Requester) -> ApprovalObjection? {
        if isAgent(party) { return .agent }
        if party.isSamePerson(as: requester) { return .samePerson }
        if party.user == .root { return rootMayApprove ? nil : .root }
        return approverGroup.map(party.groupNames.contains) == true ? nil : .notAnApprover(group: approverGroup)
    }

    private func isAgent(_ party: Requester) -> Bool { agents.mark(of: party) != nil }

    /// The requester, at its own terminal, proven, and no agent.
    private func objection(
        toConfirmBy party: Requester, for requester: Requester, proofs: Set<PromptKind>
    ) -> ApprovalObjection? {
        guard party.isSameProcess(as: requester) else { return .notTheRequester }
        if isAgent(party) || isAgent(requester) { return .agent }
        guard party.terminal != nil else { return .noTerminal }
        return proofs.contains(.password) ? nil : .noProof
    }

    /// A secret that an agent does not have, typed at the requester's terminal.
    private func objection(
        toSecret kind: PromptKind, by party: Requester, for requester: Requester, proofs: Set<PromptKind>
    ) -> ApprovalObjection? {
        guard party.isSameProcess(as: requester) else { return .notTheRequester }
        guard party.terminal != nil else { return .noTerminal }
        return proofs.contains(kind) ? nil : .noProof
    }

    /// The same account elsewhere, proven: for the person whose agent runs under it.
    private func objection(
        toSelfBy party: Requester, for requester: Requester, proofs: Set<PromptKind>
    ) -> ApprovalObjection? {
        guard party.user == requester.user else { return .otherUser }
        if isAgent(party) { return .agent }
        guard party.terminal != nil else { return .noTerminal }
        guard party.isOtherTerminal(than: requester) || party.isOtherLogin(than: requester) else {
            return .sameTerminal
        }
        return proofs.isDisjoint(with: [.password, .oneTimeCode]) ? .noProof : nil
    }

    /// Another person, in the approver group, from another login.
    private func objection(
        toPeer party: Requester, for requester: Requester, proofs: Set<PromptKind>
    ) -> ApprovalObjection? {
        if let objection = objection(toPerson: party, for: requester) { return objection }
        guard party.isOtherLogin(than: requester) else { return .sameLogin }
        return peerNeedsProof && proofs.isDisjoint(with: [.password, .oneTimeCode]) ? .noProof : nil
    }
}

/// Why an approval does not count.
package enum ApprovalObjection: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownRequest, expired, otherDigest, notNeeded
    case agent, samePerson, sameLogin, root, alreadyApproved
    case notAnApprover(group: String?)
    /// Since it was decided the policy has become another, by which it is not what it was, or the rule's time is over.
    case policyChanged
    /// Since it was asked for the requester's account has become one that may not be used.
    case accountUnusable(why: String)
    case notTheRequester, otherUser, noTerminal, sameTerminal, noProof

    package var description: String {
        switch self {
        case .unknownRequest: "no such request waits for approval"
        case .expired: "the request has expired"
        case .otherDigest: "the request is not the one that was shown: its digest differs"
        case .notNeeded: "the request does not need this approval, or has it already"
        case .agent: "an AI agent, or what one started, approves nothing"
        case .samePerson: "who asks cannot approve: both are the same person or account"
        case .sameLogin: "the approval comes from the same login session as the request"
        case .root: "the policy does not let root approve"
        case .alreadyApproved: "the same person has approved already; another one is needed"
        case .notAnApprover(let group?): "only members of the group \(group) approve"
        case .notAnApprover(nil): "the policy names no group whose members approve"
        case .policyChanged: "the policy changed while the request waited, or its rule holds no more; ask again"
        case .accountUnusable(let why): why
        case .notTheRequester: "only the requester itself can give this approval"
        case .otherUser: "only the requester's own account can give this approval"
        case .noTerminal: "this approval is given at a terminal, and there is none"
        case .sameTerminal: "the approval has to come from another terminal or login session than the request"
        case .noProof: "who approves has not been proven"
        }
    }
}
