package import LinuxSystem

/// What a client says to the broker.
package enum ClientMessage: Sendable, Equatable {
    /// First, once.
    case hello(Hello)
    case run(RunRequest)
    /// Which requests wait for an approver.
    case listPending
    /// Everything about one of them.
    case show(RequestID)
    case approve(ApprovalGrant)
    case deny(RequestID, reason: String)
    /// End a task session and what was approved in it; nil ends all of this user's.
    case drop(session: String?)
    /// Prove who is there, and run nothing (`sudo -v`).
    case validate(RunOptions)
    /// Forget earlier proofs (`sudo -k`, `-K`).
    case forgetProof
    /// What may be run (`sudo -l`).
    case listRights(RightsQuery)
    /// To a prompt; nil when the person gave up.
    case answer(SecretBytes?)
    /// Typed into the command's terminal.
    case input([UInt8])
    /// Nothing more will be typed.
    case inputEnd
    case windowSize(TerminalSize)
    case signal(RelayedSignal)
    /// Which of the documents were changed, by their place in the broker's list, ascending: what is to be in each comes along as a
    /// descriptor, in this order.
    case edited([UInt16])
}

extension ClientMessage: FieldMessage {
    var kind: UInt8 {
        switch self {
        case .hello: 1
        case .run: 2
        case .listPending: 3
        case .show: 4
        case .approve: 5
        case .deny: 6
        case .drop: 7
        case .validate: 8
        case .forgetProof: 9
        case .listRights: 10
        case .answer: 11
        case .input: 12
        case .inputEnd: 13
        case .windowSize: 14
        case .signal: 15
        case .edited: 16
        }
    }

    func writeFields(to writer: inout FieldWriter) {
        switch self {
        case .hello(let hello): hello.writeFields(to: &writer)
        case .run(let request): request.writeFields(to: &writer)
        case .listPending, .forgetProof, .inputEnd: break
        case .show(let id): writer.put(1, id)
        case .approve(let grant): grant.writeFields(to: &writer)
        case .deny(let id, let reason):
            writer.put(1, id)
            writer.put(2, reason)
        case .drop(let session): writer.put(1, session)
        case .validate(let options): writer.put(1, options)
        case .listRights(let query): query.writeFields(to: &writer)
        case .answer(let secret): writer.put(1, secret)
        case .input(let bytes): writer.put(1, Payload(bytes))
        case .windowSize(let size): size.writeFields(to: &writer)
        case .signal(let signal): writer.put(1, signal)
        case .edited(let places): writer.put(1, places)
        }
    }

    init(kind: UInt8, from reader: inout FieldReader) throws(ProtocolError) {
        switch kind {
        case 1: self = .hello(try Hello(from: &reader))
        case 2: self = .run(try RunRequest(from: &reader))
        case 3: self = .listPending
        case 4: self = .show(try reader.required(1))
        case 5: self = .approve(try ApprovalGrant(from: &reader))
        case 6: self = .deny(try reader.required(1), reason: try reader.required(2))
        case 7: self = .drop(session: try reader.optional(1))
        case 8: self = .validate(try reader.required(1))
        case 9: self = .forgetProof
        case 10: self = .listRights(try RightsQuery(from: &reader))
        case 11: self = .answer(try reader.optional(1))
        case 12: self = .input(try reader.required(1, Payload.self).bytes)
        case 13: self = .inputEnd
        case 14: self = .windowSize(try TerminalSize(from: &reader))
        case 15: self = .signal(try reader.required(1))
        case 16: self = .edited(try reader.required(1))
        default: throw .unknownMessage(kind: kind)
        }
    }
}

/// The greeting of either side. A version that the other does not speak ends the conversation.
package struct Hello: Sendable, Hashable {
    package var version: UInt16
    /// Who speaks, for the log: `bailey-sudo 0.3`.
    package var program: String

    package init(version: UInt16 = ProtocolVersion.current, program: String) {
        self.version = version
        self.program = program
    }

    /// Refuses a version that is not spoken here.
    package func check() throws(ProtocolError) {
        guard version == ProtocolVersion.current else { throw .unsupportedVersion(version) }
    }
}

extension Hello: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, version)
        writer.put(2, program)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        version = try reader.required(1)
        program = try reader.required(2)
    }
}

/// An approver's yes to what has this digest: the broker refuses it when the request has another.
package struct ApprovalGrant: Sendable, Equatable {
    package var id: RequestID
    package var digest: SubjectDigest
    /// Nil: the broker asks for what it needs.
    package var proof: Proof?

    package init(id: RequestID, digest: SubjectDigest, proof: Proof? = nil) {
        self.id = id
        self.digest = digest
        self.proof = proof
    }

    /// A proof of who approves, handed over at once.
    package struct Proof: Sendable, Equatable {
        package var kind: PromptKind
        package var secret: SecretBytes

        package init(kind: PromptKind, secret: SecretBytes) {
            self.kind = kind
            self.secret = secret
        }
    }
}

extension ApprovalGrant: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, id)
        writer.put(2, digest)
        writer.put(3, proof)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        id = try reader.required(1)
        digest = try reader.required(2)
        proof = try reader.optional(3)
    }
}

extension ApprovalGrant.Proof: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, kind)
        writer.put(2, secret)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        kind = try reader.required(1)
        secret = try reader.required(2)
    }
}

/// `sudo -l [-l] [-U USER] [COMMAND]`.
package struct RightsQuery: Sendable, Hashable {
    /// Whose rights; nil: one's own.
    package var user: String?
    package var targetUser: String?
    package var targetGroup: String?
    /// A command that is asked about; empty: everything.
    package var arguments: [String]
    package var options: RunOptions
    /// Everything that there is to say of each rule (`-ll`).
    package var isLong: Bool

    package init(
        user: String? = nil, targetUser: String? = nil, targetGroup: String? = nil, arguments: [String] = [],
        options: RunOptions = [], isLong: Bool = false
    ) {
        self.user = user
        self.targetUser = targetUser
        self.targetGroup = targetGroup
        self.arguments = arguments
        self.options = options
        self.isLong = isLong
    }
}

extension RightsQuery: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, user)
        writer.put(2, targetUser)
        writer.put(3, targetGroup)
        writer.put(4, arguments)
        writer.put(5, options)
        if isLong { writer.put(6, true) }
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        user = try reader.optional(1)
        targetUser = try reader.optional(2)
        targetGroup = try reader.optional(3)
        arguments = try reader.required(4)
        options = try reader.required(5)
        // What is not asked for is left out: there is one form for it.
        let long = try reader.optional(6, Bool.self)
        guard long != false else { throw .invalidValue(tag: 6) }
        isLong = long != nil
    }
}

/// Signals that a client passes on to its command, by their numbers on Linux (signal(7)). `SIGKILL` and `SIGSTOP` never reach a client.
package enum RelayedSignal: UInt8, FieldValue, Sendable, CaseIterable {
    case hangup = 1
    case interrupt = 2
    case quit = 3
    case user1 = 10
    case user2 = 12
    case alarm = 14
    case terminate = 15
    case resume = 18
    case stop = 20
}

/// Secrets are the one value with a bound of their own.
extension SecretBytes: FieldValue {
    func write(to writer: inout FieldWriter) { withBytes { writer.bytes.append(contentsOf: $0) } }

    convenience init(field: FieldContent) throws(ProtocolError) {
        guard field.bytes.count <= ProtocolLimits.secret else { throw .tooLong(tag: field.tag) }
        self.init(field.bytes)
    }
}
