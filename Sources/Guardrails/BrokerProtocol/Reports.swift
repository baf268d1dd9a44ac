/// What the policy decides about a request: the answer to `--dry-run`, and what an agent plans with.
package struct DecisionReport: Sendable, Hashable {
    package var isAllowed: Bool
    /// The rule that matched; nil when none did.
    package var rule: String?
    package var reason: String
    /// What is needed before it runs; empty: nothing.
    package var approvals: [ApprovalNeed]
    /// As whom and with which rights it would run, a line each.
    package var terms: [String]
    /// The version of the policy that decided.
    package var policy: SubjectDigest?

    package init(
        isAllowed: Bool, rule: String?, reason: String, approvals: [ApprovalNeed] = [], terms: [String] = [],
        policy: SubjectDigest? = nil
    ) {
        self.isAllowed = isAllowed
        self.rule = rule
        self.reason = reason
        self.approvals = approvals
        self.terms = terms
        self.policy = policy
    }
}

extension DecisionReport: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, isAllowed)
        writer.put(2, rule)
        writer.put(3, reason)
        writer.put(4, approvals)
        writer.put(5, terms)
        writer.put(6, policy)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        isAllowed = try reader.required(1)
        rule = try reader.optional(2)
        reason = try reader.required(3)
        approvals = try reader.required(4)
        terms = try reader.required(5)
        policy = try reader.optional(6)
    }
}

/// How approval can be given.
package enum ApprovalMethod: UInt8, FieldValue, Sendable, CaseIterable {
    case confirm = 1
    case token = 2
    case oneTimeCode = 3
    case ownOtherTerminal = 4
    case peer = 5

    /// As a policy writes it.
    package var name: String {
        switch self {
        case .confirm: "confirm"
        case .token: "token"
        case .oneTimeCode: "totp"
        case .ownOtherTerminal: "self"
        case .peer: "peer"
        }
    }
}

/// A method, and by how many people.
package struct ApprovalNeed: Sendable, Hashable {
    package var method: ApprovalMethod
    package var count: UInt16

    package init(_ method: ApprovalMethod, count: UInt16 = 1) {
        self.method = method
        self.count = count
    }
}

extension ApprovalNeed: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, method)
        writer.put(2, count)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        method = try reader.required(1)
        count = try reader.required(2)
    }
}

/// A request that waits: what to approve, and until when.
package struct PendingNotice: Sendable, Hashable {
    package var id: RequestID
    package var digest: SubjectDigest
    /// Seconds until it expires.
    package var expiresIn: UInt32
    package var approvals: [ApprovalNeed]

    package init(id: RequestID, digest: SubjectDigest, expiresIn: UInt32, approvals: [ApprovalNeed]) {
        self.id = id
        self.digest = digest
        self.expiresIn = expiresIn
        self.approvals = approvals
    }
}

extension PendingNotice: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, id)
        writer.put(2, digest)
        writer.put(3, expiresIn)
        writer.put(4, approvals)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        id = try reader.required(1)
        digest = try reader.required(2)
        expiresIn = try reader.required(3)
        approvals = try reader.required(4)
    }
}

/// A line of `bailey requests`.
package struct RequestSummary: Sendable, Hashable {
    package var notice: PendingNotice
    package var requester: String
    package var arguments: [String]
    package var targetUser: String

    package init(notice: PendingNotice, requester: String, arguments: [String], targetUser: String) {
        self.notice = notice
        self.requester = requester
        self.arguments = arguments
        self.targetUser = targetUser
    }
}

extension RequestSummary: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, notice)
        writer.put(2, requester)
        writer.put(3, arguments)
        writer.put(4, targetUser)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        notice = try reader.required(1)
        requester = try reader.required(2)
        arguments = try reader.required(3)
        targetUser = try reader.required(4)
    }
}

/// Exactly what an approver says yes to: everything that the digest binds, as text to show.
package struct RequestDetail: Sendable, Hashable {
    package var summary: RequestSummary
    /// The file that was opened and checked, and its SHA-256.
    package var program: String
    package var programDigest: SubjectDigest
    package var workingDirectory: String
    package var environment: [SentVariable]
    /// As whom and with which rights, a line each.
    package var terms: [String]
    /// Who asks: user, terminal, unit, executable, ancestry; a line each.
    package var requester: [String]
    package var rule: String
    package var session: String?
    package var reason: String?
    package var isUntrusted: Bool
    /// Why who looks at it can approve it in no way; nil where it can.
    package var objection: Refusal?

    package init(
        summary: RequestSummary, program: String, programDigest: SubjectDigest, workingDirectory: String,
        environment: [SentVariable], terms: [String], requester: [String], rule: String, session: String?,
        reason: String?, isUntrusted: Bool, objection: Refusal? = nil
    ) {
        self.summary = summary
        self.program = program
        self.programDigest = programDigest
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.terms = terms
        self.requester = requester
        self.rule = rule
        self.session = session
        self.reason = reason
        self.isUntrusted = isUntrusted
        self.objection = objection
    }
}

extension RequestDetail: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, summary)
        writer.put(2, program)
        writer.put(3, programDigest)
        writer.put(4, workingDirectory)
        writer.put(5, environment)
        writer.put(6, terms)
        writer.put(7, requester)
        writer.put(8, rule)
        writer.put(9, session)
        writer.put(10, reason)
        writer.put(11, isUntrusted)
        writer.put(12, objection)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        summary = try reader.required(1)
        program = try reader.required(2)
        programDigest = try reader.required(3)
        workingDirectory = try reader.required(4)
        environment = try reader.required(5)
        terms = try reader.required(6)
        requester = try reader.required(7)
        rule = try reader.required(8)
        session = try reader.optional(9)
        reason = try reader.optional(10)
        isUntrusted = try reader.required(11)
        objection = try reader.optional(12)
    }
}

/// The answer to `sudo -l`.
package struct RightsReport: Sendable, Hashable {
    /// Whether anything, or the command asked about, may be run.
    package var isAllowed: Bool
    package var lines: [String]

    package init(isAllowed: Bool, lines: [String]) {
        self.isAllowed = isAllowed
        self.lines = lines
    }
}

extension RightsReport: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, isAllowed)
        writer.put(2, lines)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        isAllowed = try reader.required(1)
        lines = try reader.required(2)
    }
}
