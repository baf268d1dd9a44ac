/// What the broker says to a client.
package enum ServerMessage: Sendable, Equatable {
    /// First, once.
    case hello(Hello)
    /// What the policy decides, and what is needed yet.
    case decision(DecisionReport)
    /// A question to the person at the client's terminal.
    case prompt(Prompt)
    /// The request waits for an approver.
    case pending(PendingNotice)
    case started
    /// From the command's terminal.
    case output([UInt8])
    /// The command has ended; the last message.
    case finished(CommandOutcome)
    /// It will not be done; the last message.
    case refused(Refusal)
    case requests(RequestListing)
    case request(RequestDetail)
    /// What was asked is done: an approval or refusal noted, a session dropped, who is there proven; the last message.
    case done(String)
    /// The answer to `sudo -l`; the last message.
    case rights(RightsReport)
    /// Something to tell, for the person alone.
    case notice(String)
    /// The command was stopped by this signal (`^Z`): the client stops too, and says `signal(.resume)` once it goes on.
    case stopped(signal: UInt8)
    /// Files to edit, by their paths (`sudo -e`): what is in each comes along as a descriptor, in this order.
    case documents([String])
}

extension ServerMessage: FieldMessage {
    var kind: UInt8 {
        switch self {
        case .hello: 1
        case .decision: 2
        case .prompt: 3
        case .pending: 4
        case .started: 5
        case .output: 6
        case .finished: 7
        case .refused: 8
        case .requests: 9
        case .request: 10
        case .done: 11
        case .rights: 12
        case .notice: 13
        case .stopped: 14
        case .documents: 15
        }
    }

    func writeFields(to writer: inout FieldWriter) {
        switch self {
        case .hello(let hello): hello.writeFields(to: &writer)
        case .decision(let report): report.writeFields(to: &writer)
        case .prompt(let prompt): prompt.writeFields(to: &writer)
        case .pending(let notice): notice.writeFields(to: &writer)
        case .started: break
        case .output(let bytes): writer.put(1, Payload(bytes))
        case .finished(let ending): ending.writeFields(to: &writer)
        case .refused(let refusal): refusal.writeFields(to: &writer)
        case .requests(let listing): listing.writeFields(to: &writer)
        case .request(let detail): detail.writeFields(to: &writer)
        case .done(let text), .notice(let text): writer.put(1, text)
        case .rights(let report): report.writeFields(to: &writer)
        case .stopped(let signal): writer.put(1, UInt16(signal))
        case .documents(let paths): writer.put(1, paths)
        }
    }

    init(kind: UInt8, from reader: inout FieldReader) throws(ProtocolError) {
        switch kind {
        case 1: self = .hello(try Hello(from: &reader))
        case 2: self = .decision(try DecisionReport(from: &reader))
        case 3: self = .prompt(try Prompt(from: &reader))
        case 4: self = .pending(try PendingNotice(from: &reader))
        case 5: self = .started
        case 6: self = .output(try reader.required(1, Payload.self).bytes)
        case 7: self = .finished(try CommandOutcome(from: &reader))
        case 8: self = .refused(try Refusal(from: &reader))
        case 9: self = .requests(try RequestListing(from: &reader))
        case 10: self = .request(try RequestDetail(from: &reader))
        case 11: self = .done(try reader.required(1))
        case 12: self = .rights(try RightsReport(from: &reader))
        case 13: self = .notice(try reader.required(1))
        case 14:
            guard let signal = UInt8(exactly: try reader.required(1, UInt16.self)), (1...64).contains(signal) else {
                throw .invalidValue(tag: 1)
            }
            self = .stopped(signal: signal)
        case 15: self = .documents(try reader.required(1))
        default: throw .unknownMessage(kind: kind)
        }
    }
}

/// A question that the client puts to the person at its terminal, with echo off unless it says otherwise.
package struct Prompt: Sendable, Hashable {
    package var kind: PromptKind
    package var text: String
    /// 1 for the first time it is asked.
    package var attempt: UInt16
    package var echoes: Bool

    package init(kind: PromptKind, text: String, attempt: UInt16, echoes: Bool = false) {
        self.kind = kind
        self.text = text
        self.attempt = attempt
        self.echoes = echoes
    }
}

extension Prompt: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, kind)
        writer.put(2, text)
        writer.put(3, attempt)
        writer.put(4, echoes)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        kind = try reader.required(1)
        text = try reader.required(2)
        attempt = try reader.required(3)
        echoes = try reader.required(4)
    }
}

/// What is asked for.
package enum PromptKind: UInt8, FieldValue, Sendable, CaseIterable {
    /// Who is there, by PAM.
    case password = 1
    /// The secret that the policy keeps as a slow hash.
    case token = 2
    /// A one-time code (RFC 6238).
    case oneTimeCode = 3
    /// Why the command is needed, where the rule wants to know.
    case reason = 4
    /// Yes or no.
    case confirmation = 5
}

/// How a command ended.
package enum CommandOutcome: Sendable, Hashable {
    case exited(code: UInt8)
    case signalled(number: UInt8, dumpedCore: Bool)
    /// Its time was up, and its process group was ended.
    case timedOut
}

extension CommandOutcome: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        switch self {
        case .exited(let code): writer.put(1, UInt16(code))
        case .signalled(let number, let dumpedCore):
            writer.put(2, UInt16(number))
            writer.put(3, dumpedCore)
        case .timedOut: writer.put(4, true)
        }
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        if let code = try reader.optional(1, UInt16.self) {
            guard let code = UInt8(exactly: code) else { throw .invalidValue(tag: 1) }
            self = .exited(code: code)
        } else if let number = try reader.optional(2, UInt16.self) {
            guard let number = UInt8(exactly: number), (1...64).contains(number) else { throw .invalidValue(tag: 2) }
            self = .signalled(number: number, dumpedCore: try reader.required(3))
        } else {
            guard try reader.required(4) else { throw .invalidValue(tag: 4) }
            self = .timedOut
        }
    }
}

/// Why nothing is done.
package struct Refusal: Error, Sendable, Hashable {
    package var code: RefusalCode
    /// What happened, and why.
    package var text: String
    /// The rule that decided; nil where none did.
    package var rule: String?
    /// What the person can do about it.
    package var remedy: String?

    package init(code: RefusalCode, text: String, rule: String? = nil, remedy: String? = nil) {
        self.code = code
        self.text = text
        self.rule = rule
        self.remedy = remedy
    }
}

extension Refusal: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, code)
        writer.put(2, text)
        writer.put(3, rule)
        writer.put(4, remedy)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        code = try reader.required(1)
        text = try reader.required(2)
        rule = try reader.optional(3)
        remedy = try reader.optional(4)
    }
}

/// Why a command did not run: the exit codes of `bailey run`.
package enum RefusalCode: UInt8, FieldValue, Sendable, CaseIterable {
    case deniedByPerson = 1
    case usage = 2
    case deniedByPolicy = 3
    case proofFailed = 4
    case untrustedSource = 5
    case sessionMissing = 6
    case policyUnusable = 7
    case commandUnfit = 8
    case brokerUnreachable = 9
    case expired = 10
}
