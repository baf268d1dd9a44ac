/// What the approved ports say about one listening socket.
package enum PortVerdict: String, Sendable, CaseIterable {
    /// A rule in force covers it.
    case approved
    /// No rule covers it.
    case unapproved
    /// Only rules whose date has passed cover it.
    case expired
    /// A rule in force covers it, and yet it speaks a cleartext protocol to other hosts.
    case insecure
}

/// What the egress allowlist says about one outbound connection.
package enum EgressVerdict: String, Sendable, CaseIterable {
    case approved
    case unapproved
    case expired
}
