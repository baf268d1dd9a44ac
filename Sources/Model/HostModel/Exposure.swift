/// Who can reach a listening socket by its address alone; a firewall in front of it is not counted.
package enum Exposure: String, Sendable, Comparable, CaseIterable {
    /// Processes of the same network namespace.
    case loopback
    /// The networks the host is directly part of (RFC 1918, RFC 4193, link-local, shared address space).
    case `private`
    /// Anybody who has a route: a public address, or every address the host has now or later (`0.0.0.0`, `::`).
    case `public`

    package init(of address: Endpoint.Address, isBoundToLoopbackInterface: Bool) {
        switch address {
        case _ where isBoundToLoopbackInterface: self = .loopback
        case .ip(let address) where address.isLoopback: self = .loopback
        case .ip(let address) where address.isPrivate: self = .private
        case .context(1): self = .loopback
        case .context: self = .private
        case .ip, .none: self = .public
        }
    }

    package static func < (left: Exposure, right: Exposure) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .loopback: 0
        case .private: 1
        case .public: 2
        }
    }
}
