private import FoundationEssentials

/// A JSON document as a tree, for documents whose shape is somebody else's.
package enum JSONValue: Hashable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

/// Why a JSON document was not read.
package struct JSONError: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

extension JSONValue {
    /// Reads a document of at most `limit` bytes. A comma after the last element is let pass. Programs that people configure by hand
    /// write comments, bare keys and single quotes: `allowsJSON5` takes those (JSON5) too.
    package init(parsing bytes: [UInt8], allowsJSON5: Bool = false, limit: Int = 16 << 20) throws(JSONError) {
        guard bytes.count <= limit else { throw JSONError(description: "larger than \(limit) bytes") }
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = allowsJSON5
        do {
            self = try decoder.decode(JSONValue.self, from: Data(bytes))
        } catch {
            // On Linux the decoder's error has neither line nor column, and what else it says could quote a secret.
            throw JSONError(description: allowsJSON5 ? "not a JSON or JSON5 document" : "not a JSON document")
        }
    }

    package subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    package var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    package var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }

    package var flag: Bool? {
        if case .flag(let flag) = self { flag } else { nil }
    }

    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var members: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }
}

extension JSONValue: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            // Each kind is tried in turn, so a failure only means the next one; the last one's is thrown.
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
