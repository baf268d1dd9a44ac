internal import Cryptography
package import JSON

/// Where an alert came from, by the shape it had.
package enum AlertSource: String, Sendable, CaseIterable {
    case bailey, elastic, ocsf, other, splunk, text, wazuh
}

/// One alert from anywhere, read into one form. Everything in it is what somebody else said.
package struct Alert: Sendable {
    package var source: AlertSource
    /// The id that the source gave this event; nil when it gave none. A second delivery has it again.
    package var id: String?
    /// The source's rule or kind; empty when it names none.
    package var rule: String
    package var title: String
    /// The raw line or the longer text; empty when there is none.
    package var body: String
    /// Where it happened; empty when nobody says.
    package var host: String
    package var severity: AlertSeverity
    /// How sure one can be before anything else is looked at, 0 to 1.
    package var confidence: Double
    /// When it happened by the source's word; nil when it does not say.
    package var time: EventTime?
    package var entities: [Entity]
    /// ATT&CK ids that the source claims, unchecked.
    package var claimedTechniques: [String]
    /// The source's own categories, in lower case.
    package var groups: [String]
    /// Things the source says that make it more or less likely, in words of ours: "64 engines call the file malicious".
    package var observations: [Observation]
    /// A fingerprint that the source made itself, as findings have one.
    package var sourceFingerprint: String?
    /// What the source says should be done.
    package var advice: [String] = []
    /// Whether it tells how something is set up, and of nothing that was done.
    package var isPosture = false
    package var standing = Standing.open
    package var payload: JSONValue
    package var cuts: JSONCuts

    /// What the source says of it now. The raw value is what the store has as its state.
    package enum Standing: String, Sendable {
        case open
        /// It is gone.
        case resolved
        /// Nothing looks for it any more: it may be there or not.
        case unchecked
    }

    package struct Observation: Sendable, Hashable {
        package var text: String
        /// Points for the verdict, negative ones against it.
        package var points: Double
    }
}

extension Alert {
    /// What the alert is about, not when or how often: 16 bytes. Two events with the same source, rule, host and entities, and the same text
    /// but for its numbers, are one alert that repeats. Ports are numbers too: a guesser's next attempt comes from another.
    package var fingerprint: [UInt8] {
        if let sourceFingerprint {
            return digest([source == .bailey ? "finding" : "finding/\(source.rawValue)", host, sourceFingerprint])
        }
        let about = entities.filter { $0.kind != .port }.map { "\($0.kind.rawValue)=\($0.value)" }.sorted()
        // Structured alerts are told apart by rule and entities; text has nothing else than itself.
        let text = source == .text || rule.isEmpty ? Self.withoutNumbers(body.isEmpty ? title : body) : ""
        return digest([source.rawValue, rule, Self.withoutNumbers(title), host, text] + about)
    }

    /// What alerts share that one judgement of an analyst speaks for: source and rule; where none is named, the words of the title, whoever
    /// and whatever they are about: "new login of alice" is like "new login of bob".
    package var likeness: [UInt8] {
        digest(["like", source.rawValue, rule.isEmpty ? Self.withoutNumbers(titleOfAnybody) : rule])
    }

    /// The title with the kind of each entity in its place.
    private var titleOfAnybody: String {
        var kinds: [String: Entity.Kind] = [:]
        for entity in entities where entity.kind != .port { kinds[entity.value.lowercased()] = entity.kind }
        guard !kinds.isEmpty else { return title }
        var result = ""
        // `user=alice` and `/usr/bin/nc:` hold one as well as being one; what is longest counts.
        func add(_ word: Substring.UTF8View) {
            let name = String(Substring(word))
            if let kind = kinds[name] {
                result += "<\(kind.rawValue)>"
            } else if let end = word.lastIndex(where: Self.joins) {
                add(word[..<end])
                result.unicodeScalars.append(Unicode.Scalar(word[end]))
                add(word[word.index(after: end)...])
            } else {
                result += name
            }
        }
        for word in title.lowercased().utf8.split(whereSeparator: Self.parts) {
            add(word)
            result += " "
        }
        return result
    }

    private static func parts(_ byte: UInt8) -> Bool { byte <= 0x20 || "\"'()[]{}<>,;|`".utf8.contains(byte) }
    private static func joins(_ byte: UInt8) -> Bool { "=:\\/@.!?".utf8.contains(byte) }

    /// What a second delivery of the same event is known by; nil when the source gave no id.
    package var deliveryKey: [UInt8]? { deliveryKey(of: fingerprint) }

    /// What the event is about is part of it: ids of many products can be guessed, and whoever sends something else under the next one
    /// would have the event itself taken for a second delivery.
    package func deliveryKey(of fingerprint: [UInt8]) -> [UInt8]? {
        id.map { digest(["id", source.rawValue, host, $0]) }.map { Array(SHA256.hash($0 + fingerprint).prefix(16)) }
    }

    private func digest(_ parts: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count + 8 })
        for part in parts {
            bytes.append(contentsOf: String(part.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: part.utf8)
        }
        return Array(SHA256.hash(bytes).prefix(16))
    }

    /// In lower case, each run of digits as `#`.
    static func withoutNumbers(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isInNumber = false
        for byte in text.utf8 {
            let isDigit = (0x30...0x39).contains(byte)
            if !isDigit {
                bytes.append((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
            } else if !isInNumber {
                bytes.append(0x23)
            }
            isInNumber = isDigit
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why an alert was not taken in: for who sent it.
package struct IngestionError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
