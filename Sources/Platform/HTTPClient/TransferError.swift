/// Something that was not sent, or whose answer did not come. It names the destination by scheme, host and port alone: paths, queries and
/// headers carry secrets.
package struct TransferError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// libcurl is not on this host.
        case unavailable
        /// What was asked for cannot be sent: nothing was tried.
        case invalid
        case unresolved
        case unreachable
        case timedOut
        /// The other side did not prove who it is, or spoke no TLS.
        case untrusted
        case answerTooLarge
        /// The connection broke: what was sent may have arrived.
        case broken
        /// The other side took the credentials for wrong.
        case loginDenied
        /// A mail server said no, with its reply code (RFC 5321 §4.2); 0 when it gave none.
        case refused(code: Int)
        case other
    }

    /// `GET`, `POST`, `mail`, `load`.
    package let operation: String
    /// `https://hooks.example.org:8443`
    package let destination: String
    package let kind: Kind
    package let reason: String

    package init(_ operation: String, _ destination: String, _ kind: Kind, _ reason: String) {
        self.operation = operation
        self.destination = destination
        self.kind = kind
        self.reason = reason
    }

    package var description: String { "\(operation) \(destination): \(reason); \(remedy)" }

    /// What to do next.
    package var remedy: String {
        switch kind {
        case .unavailable: "as root, run: apt-get install libcurl4"
        case .invalid: "mend what is named"
        case .unresolved: "check the name, and the resolver: getent hosts NAME"
        case .unreachable: "check that something listens there, and that egress rules let it pass"
        case .timedOut: "see whether it answers at all, or allow it more time"
        case .untrusted: "name the authority that signs its certificate; verification is never off"
        case .answerTooLarge: "see what answers there"
        case .loginDenied: "check the user and the password"
        case .refused, .broken, .other: "see the other side's log"
        }
    }
}
