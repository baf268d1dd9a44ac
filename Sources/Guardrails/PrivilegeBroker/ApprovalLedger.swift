package import BrokerProtocol
private import HostModel
package import LinuxSystem
package import Policies

/// What waits for approval, and who has approved.
///
/// A request lives from `ask` to exactly one of: taken (its command may start, once), refused by a person, expired, withdrawn, or crowded
/// out. What was approved is what has this digest; another digest is another request.
package struct ApprovalLedger: Sendable {
    package struct Limits: Sendable, Hashable {
        package var pending: Int
        package var pendingOfOneUser: Int
        package var lifetime: Duration

        /// What a policy says, which holds too where it says nothing; half of it may be one user's.
        package init(_ policy: CommandPolicy.Pending = CommandPolicy.Pending()) {
            self.init(pending: policy.limit, pendingOfOneUser: policy.limit / 2, lifetime: policy.lifetime)
        }

        package init(pending: Int, pendingOfOneUser: Int, lifetime: Duration = CommandPolicy.Pending().lifetime) {
            self.pending = max(1, pending)
            self.pendingOfOneUser = max(1, pendingOfOneUser)
            self.lifetime = lifetime
        }
    }

    /// What the policy in force says.
    package var limits: Limits
    private var requests: [RequestID: PendingApproval] = [:]
    /// Ids in the order they came; the oldest first.
    private var order: [RequestID] = []

    package init(limits: Limits = Limits()) { self.limits = limits }

    package var pending: [PendingApproval] { order.compactMap { requests[$0] } }
    package subscript(id: RequestID) -> PendingApproval? { requests[id] }

    /// Takes a request in. Returns the one that had to make room: the oldest of this user, where it has its share, else the oldest of
    /// the user who has most, so that nobody crowds out others. An id that is in use is refused with nil.
    package mutating func ask(
        _ request: ApprovalRequest, id: RequestID, at now: BootTime
    ) -> (accepted: PendingApproval, crowdedOut: PendingApproval?)? {
        guard requests[id] == nil else { return nil }
        let crowdedOut = roomMaker(for: request.requester.share).flatMap { remove($0) }
        let pending = PendingApproval(id: id, request: request, askedAt: now, expiresAt: now + limits.lifetime)
        requests[id] = pending
        order.append(id)
        return (pending, crowdedOut)
    }

    /// Notes an approval, and returns what is still needed.
    package mutating func approve(
        _ id: RequestID, digest: SubjectDigest, by method: ApprovalMethod, from party: Requester,
        proofs: Set<PromptKind>, rules: ApprovalRules, at now: BootTime
    ) throws(ApprovalObjection) -> [ApprovalNeed] {
        guard var pending = requests[id] else { throw .unknownRequest }
        guard now < pending.expiresAt else { throw .expired }
        guard digest == pending.request.digest else { throw .otherDigest }
        guard pending.remaining.contains(where: { $0.method == method }) else { throw .notNeeded }
        if let objection = rules.objection(to: method, by: party, for: pending.request.requester, proofs: proofs) {
            throw objection
        }
        let earlier = pending.grants.filter { $0.method == method }
        if earlier.contains(where: { $0.party.isSamePerson(as: party) }) {
            throw .alreadyApproved
        }
        pending.grants.append(ApprovalGrantRecord(method: method, party: party, grantedAt: now))
        requests[id] = pending
        return pending.remaining
    }

    /// The methods that `party` could approve the request by, were everything proven: what `bailey approve` offers.
    package func methods(
        openTo party: Requester, for id: RequestID, rules: ApprovalRules
    ) -> Set<ApprovalMethod> {
        guard let pending = requests[id] else { return [] }
        let proofs = Set(PromptKind.allCases)
        return Set(
            pending.remaining.map(\.method).filter {
                rules.objection(to: $0, by: party, for: pending.request.requester, proofs: proofs) == nil
            })
    }

    /// A person's no. Who may approve may refuse, and root; the requester's own account may take its request back.
    package mutating func refuse(
        _ id: RequestID, from party: Requester, rules: ApprovalRules, at now: BootTime
    ) throws(ApprovalObjection) -> PendingApproval {
        guard let pending = requests[id] else { throw .unknownRequest }
        guard now < pending.expiresAt else { throw .expired }
        if party.user != pending.request.requester.user, party.user != .root {
            if let objection = rules.objection(toPerson: party, for: pending.request.requester) { throw objection }
        }
        remove(id)
        return pending
    }

    /// The right to start what was approved, once: the request is gone afterwards. Nil while anything is missing, when it has expired,
    /// and for any other digest.
    package mutating func take(_ id: RequestID, digest: SubjectDigest, at now: BootTime) -> ApprovalTicket? {
        guard let pending = requests[id], now < pending.expiresAt, digest == pending.request.digest,
            pending.remaining.isEmpty
        else { return nil }
        remove(id)
        return ApprovalTicket(digest: digest, basis: .approved(id, pending.grants))
    }

    /// Takes out what has expired.
    package mutating func expire(at now: BootTime) -> [PendingApproval] {
        order.filter { requests[$0].map { $0.expiresAt <= now } ?? false }.compactMap { remove($0) }
    }

    /// Takes one request out if its time is up: for who waits for it, and has its own time to keep.
    package mutating func expire(_ id: RequestID, at now: BootTime) -> PendingApproval? {
        guard let pending = requests[id], pending.expiresAt <= now else { return nil }
        return remove(id)
    }

    /// When the next request expires; nil when none waits.
    package var nextExpiry: BootTime? { requests.values.map(\.expiresAt).min() }

    /// Takes out a request whose client has gone.
    @discardableResult
    package mutating func withdraw(_ id: RequestID) -> PendingApproval? { remove(id) }

    @discardableResult
    private mutating func remove(_ id: RequestID) -> PendingApproval? {
        order.removeAll { $0 == id }
        return requests.removeValue(forKey: id)
    }

    private func roomMaker(for user: UserID) -> RequestID? {
        var counts: [UserID: Int] = [:]
        for pending in requests.values { counts[pending.request.requester.share, default: 0] += 1 }
        if counts[user, default: 0] >= limits.pendingOfOneUser { return oldest(of: user) }
        guard requests.count >= limits.pending else { return nil }
        let most = counts.values.max() ?? 0
        return order.first { id in
            requests[id].map { counts[$0.request.requester.share] == most } ?? false
        }
    }

    private func oldest(of user: UserID) -> RequestID? {
        order.first { requests[$0]?.request.requester.share == user }
    }
}
