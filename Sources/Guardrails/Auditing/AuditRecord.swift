internal import Cryptography
internal import JSON

/// What is to be recorded; the log adds number, time and hashes.
package struct AuditDraft: Sendable, Hashable {
    package var event: AuditEvent
    /// The request it belongs to; nil for what belongs to none.
    package var request: String?
    /// Who did it, as the broker names people: `alice(1000)`.
    package var actor: String
    package var details: [AuditField]

    package init(_ event: AuditEvent, request: String? = nil, actor: String, details: [AuditField] = []) {
        self.event = event
        self.request = request
        self.actor = actor
        self.details = details
    }

    var masked: AuditDraft {
        AuditDraft(event, request: request, actor: actor, details: details.map(\.masked))
    }

    /// Bytes it takes in a record, roughly.
    var size: Int { details.reduce(512 + actor.utf8.count) { $0 + $1.size } }
}

/// One link of the chain: a line of JSON whose last member is the SHA-256 of the line without that member.
package struct AuditRecord: Sendable, Hashable {
    /// Counts from 1, over all files.
    package let sequence: UInt64
    package let time: AuditTime
    /// As it stands in the record; a later version may know events that this one does not.
    package let eventName: String
    package let request: String?
    package let actor: String
    package let details: [AuditField]
    /// The hash of record `sequence - 1`.
    package let previous: AuditDigest
    package let hash: AuditDigest

    package var event: AuditEvent? { AuditEvent(rawValue: eventName) }

    /// The longest line, its end included, that is written or read.
    package static let lengthLimit = 1 << 20

    /// Makes the record and its line, without the line end.
    static func make(
        _ draft: AuditDraft, sequence: UInt64, time: AuditTime, after previous: AuditDigest
    ) -> (record: AuditRecord, line: [UInt8]) {
        var writer = JSONWriter(pretty: false)
        writer.object {
            $0.plainKey("sequence")
            $0.value(sequence)
            $0.plainKey("time")
            $0.value(time.description)
            $0.plainKey("event")
            $0.value(draft.event.rawValue)
            $0.member("request", draft.request)
            $0.plainKey("actor")
            $0.value(draft.actor)
            $0.plainKey("details")
            $0.object { for field in draft.details { $0.member(field) } }
            $0.plainKey("previous")
            $0.value(previous.hexadecimal)
        }
        let (line, hash) = SealedLine.seal(writer.drain())
        let record = AuditRecord(
            sequence: sequence, time: time, eventName: draft.event.rawValue, request: draft.request, actor: draft.actor,
            details: draft.details, previous: previous, hash: hash)
        return (record, line)
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ field: AuditField) {
        key(field.name)
        switch field.value {
        case .text(let text): value(text)
        case .number(let number): value(number)
        case .flag(let flag): value(flag)
        case .list(let texts), .arguments(let texts): array { for text in texts { $0.value(text) } }
        }
    }
}

/// A line of JSON that ends with the hash of itself: the object without its last member is what is hashed, byte for byte, so that nobody
/// who checks it has to write JSON as Bailey does.
///
///     {"sequence":1,…,"previous":"0…0"}                      hashed
///     {"sequence":1,…,"previous":"0…0","hash":"9f…"}         written
enum SealedLine {
    static let close = UInt8(ascii: "}")
    private static let opening = Array(#","hash":""#.utf8)
    /// `,"hash":"…"}`
    static let sealLength = opening.count + AuditDigest.hexadecimalLength + 2

    static func seal(_ object: [UInt8]) -> (line: [UInt8], hash: AuditDigest) {
        let hash = AuditDigest(of: object)
        var line = object
        line.removeLast()
        line += opening
        line += hash.hexadecimal.utf8
        line += [UInt8(ascii: "\""), close]
        return (line, hash)
    }

    /// The hash that stands at the end of a line, and what stands before it; nil when there is none.
    static func parts(_ line: ArraySlice<UInt8>) -> (content: ArraySlice<UInt8>, hash: ArraySlice<UInt8>)? {
        guard line.count > sealLength else { return nil }
        let content = line.dropLast(sealLength)
        let seal = line.suffix(sealLength)
        guard seal.starts(with: opening), seal.last == close, seal.dropLast().last == UInt8(ascii: "\"") else {
            return nil
        }
        return (content, seal.dropFirst(opening.count).dropLast(2))
    }
}
