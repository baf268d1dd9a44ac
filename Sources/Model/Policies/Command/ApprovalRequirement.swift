/// Who has to agree before a command runs: everything it names. Without a name in it nobody has to.
package struct ApprovalRequirement: Sendable, Hashable {
    /// How one person agrees.
    package enum Method: String, Sendable, CaseIterable {
        /// The requester, at its own terminal, after proof of identity.
        case confirm
        /// The requester, with the secret that the policy keeps a hash of.
        case token
        /// The requester, with a one-time code (RFC 6238).
        case totp
        /// The same person, from another terminal or login session.
        case `self`
        /// Another identity of the approver group, in another login session.
        case peer

        /// Whether the requester itself does it, at its terminal, before the command starts.
        package var isAtRequestersTerminal: Bool { self == .confirm || self == .token || self == .totp }
    }

    /// The methods besides `peer`.
    package let own: Set<Method>
    /// How many different people of the approver group.
    package let peers: Int

    /// Most people that a rule may ask for.
    package static let peerLimit = 9
    package static let none = ApprovalRequirement([])

    package init(_ methods: Set<Method>, peers: Int = 0) {
        own = methods.subtracting([.peer])
        self.peers = max(peers, methods.contains(.peer) ? 1 : 0)
    }

    package var isNone: Bool { own.isEmpty && peers == 0 }
    /// Whether somebody at another terminal has to act, so that the request waits.
    package var waitsForOthers: Bool { peers > 0 || own.contains(.self) }

    /// In the order they are asked for: what the requester can do at once comes first.
    package var methods: [Method] { Method.allCases.filter { $0 == .peer ? peers > 0 : own.contains($0) } }

    /// What both ask for: never weaker than either.
    package func strengthened(by other: ApprovalRequirement) -> ApprovalRequirement {
        ApprovalRequirement(own.union(other.own), peers: max(peers, other.peers))
    }
}

extension ApprovalRequirement: CustomStringConvertible {
    /// As policies write it: `none`, `confirm, peer: 2`.
    package var description: String {
        let words = methods.map { $0 == .peer && peers > 1 ? "peer: \(peers)" : $0.rawValue }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }
}
