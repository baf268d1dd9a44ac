package import ControlFrameworks
private import Cryptography

package import struct FoundationEssentials.Date

/// What kind of thing was found. The raw value is what documents and the core carry.
package enum FindingKind: String, Sendable, CaseIterable {
    case unapprovedPort = "unapproved-port"
    case insecurePort = "insecure-port"
    case publicBind = "public-bind"
    case sniffer
    case unapprovedEgress = "unapproved-egress"
    case expiredApproval = "expired-approval"
    /// A rule that nothing matched: it approves what is not there, so it can go.
    case unusedRule = "unused-rule"
    /// A way to root's rights that leads around the privilege broker.
    case guardBypass = "guard-bypass"
    /// A check of the assessment that is not met.
    case posture
}

/// One thing that was read, and where: what a reader can go and look at again.
package struct Evidence: Sendable, Hashable {
    package var what: String
    package var source: String

    package init(_ what: String, from source: String) {
        self.what = what
        self.source = source
    }
}

/// What a finding is about, not when: the same door open tomorrow has the same fingerprint. 32 hexadecimal digits: the first half of
/// a SHA-256 over the kind and the parts that make it that thing, each with its length in front so that no two lists read alike.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(kind: FindingKind, parts: [String]) {
        var bytes: [UInt8] = []
        for part in [kind.rawValue] + parts {
            bytes.append(contentsOf: "\(part.utf8.count):".utf8)
            bytes.append(contentsOf: part.utf8)
        }
        rawValue = SHA256.hash(bytes).prefix(16).hexadecimal
    }

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }
}

/// What a finding is about.
package struct Resource: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case socket, process, file, account, rule, setting, host
    }

    package var kind: Kind
    /// Its name within the host: `tcp/0.0.0.0:8080`, `/etc/shadow`, a check id.
    package var name: String

    package init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

/// The one currency between every producer (assessment, monitor, broker, proxy, outside alerts) and the core.
package struct Finding: Sendable, Hashable {
    package enum State: String, Sendable {
        case open
        /// Looked for again, and not found.
        case resolved
        case suppressed
        /// Nothing looks for it any more, so nobody knows whether it is still there.
        case unchecked
    }

    package var fingerprint: Fingerprint
    package var kind: FindingKind
    package var severity: Severity
    /// How sure the producer is, 0 to 1. What the kernel said itself is 1.
    package var confidence: Double = 1
    package var title: String
    package var detail: String
    package var evidence: [Evidence]
    package var resource: Resource
    package var controls: [ControlID] = []
    /// ATT&CK technique ids, `T1571`.
    package var techniques: [String] = []
    package var remediation: String
    package var firstSeen: Date
    package var lastSeen: Date
    package var state: State = .open

    /// - Parameter identity: what makes it this finding and not another of its kind; see `Fingerprint`.
    package init(
        kind: FindingKind, identity: [String], severity: Severity, title: String, detail: String, evidence: [Evidence],
        resource: Resource, controls: [ControlID] = [], techniques: [String] = [], remediation: String, seenAt: Date
    ) {
        fingerprint = Fingerprint(kind: kind, parts: identity)
        self.kind = kind
        self.severity = severity
        self.title = title
        self.detail = detail
        self.evidence = evidence
        self.resource = resource
        self.controls = controls
        self.techniques = techniques
        self.remediation = remediation
        firstSeen = seenAt
        lastSeen = seenAt
    }
}
