package import BrokerProtocol
package import LinuxSystem
package import Policies

/// What is asked to be approved.
package struct ApprovalRequest: Sendable, Hashable {
    package var requester: Requester
    package var digest: SubjectDigest
    /// Everything that is needed; empty: nothing.
    package var needs: [ApprovalNeed]
    package var session: String?

    package init(requester: Requester, digest: SubjectDigest, needs: [ApprovalNeed], session: String? = nil) {
        self.requester = requester
        self.digest = digest
        self.needs = needs
        self.session = session
    }
}

/// A request that waits, with what it has been granted so far.
package struct PendingApproval: Sendable, Hashable {
    package let id: RequestID
    package let request: ApprovalRequest
    package let askedAt: BootTime
    /// The first moment at which it cannot be approved or taken any more.
    package let expiresAt: BootTime
    package internal(set) var grants: [ApprovalGrantRecord] = []

    init(id: RequestID, request: ApprovalRequest, askedAt: BootTime, expiresAt: BootTime) {
        self.id = id
        self.request = request
        self.askedAt = askedAt
        self.expiresAt = expiresAt
    }

    /// What is still needed.
    package var remaining: [ApprovalNeed] {
        var granted: [ApprovalMethod: Int] = [:]
        for grant in grants { granted[grant.method, default: 0] += 1 }
        return request.needs.compactMap { need in
            let used = min(granted[need.method, default: 0], Int(need.count))
            granted[need.method, default: 0] -= used
            let left = Int(need.count) - used
            return left == 0 ? nil : ApprovalNeed(need.method, count: UInt16(left))
        }
    }
}

/// An approval that counted: for the audit log.
package struct ApprovalGrantRecord: Sendable, Hashable {
    package let method: ApprovalMethod
    package let party: Requester
    package let grantedAt: BootTime
}

/// The right to start one command with this digest, once. Only the ledger and the task sessions make one.
package struct ApprovalTicket: Sendable, Hashable {
    package let digest: SubjectDigest
    package let basis: Basis

    package enum Basis: Sendable, Hashable {
        /// The rule needs no approval.
        case notNeeded
        case approved(RequestID, [ApprovalGrantRecord])
        /// Approved earlier in this session, for the same digest.
        case kept(session: String)
    }

    init(digest: SubjectDigest, basis: Basis) {
        self.digest = digest
        self.basis = basis
    }

    /// For a request whose rule needs none; nil for any other.
    package init?(withoutApproval request: ApprovalRequest) {
        guard request.needs.allSatisfy({ $0.count == 0 }) else { return nil }
        self.init(digest: request.digest, basis: .notNeeded)
    }
}
