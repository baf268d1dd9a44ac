package import JSON

/// What a value has to look like: the one place from which requests are checked and the document of the API is written, as JSON Schema
/// 2020-12.
package indirect enum ValueSchema: Sendable, Hashable {
    case text(TextRule, lengths: ClosedRange<Int>)
    case choice([String])
    case integer(ClosedRange<Int>)
    case number
    case flag
    case array(of: ValueSchema, counts: ClosedRange<Int>)
    case object([Member])
    /// An object with other members too, which later versions may add to.
    case openObject([Member])
    /// An object whose members are named by what it is about.
    case map(of: ValueSchema)
    case optional(ValueSchema)
    case anything
    /// One of `DocumentSchemas`.
    case named(String)

    package struct Member: Sendable, Hashable {
        package var name: String
        package var schema: ValueSchema
        package var isRequired: Bool
        package var summary: String
        package var standard: JSONValue?

        package init(
            _ name: String, _ schema: ValueSchema, required: Bool = true, _ summary: String = "",
            standard: JSONValue? = nil
        ) {
            self.name = name
            self.schema = schema
            isRequired = required
            self.summary = summary
            self.standard = standard
        }
    }

    /// Numbers that every reader of JSON has exactly (RFC 8259 §6).
    package static let identifier = ValueSchema.integer(1...((1 << 53) - 1))
    package static let count = ValueSchema.integer(0...((1 << 53) - 1))
    package static let output = ValueSchema.text(.any, lengths: 0...10_000_000)
    package static let time = ValueSchema.text(.time, lengths: TextRule.timeLengths)
    package static func name(upTo limit: Int = 100) -> ValueSchema { .text(.line, lengths: 1...limit) }
}

extension ValueSchema {
    /// The first thing that is wrong with a value; nil when nothing is.
    /// - Parameter name: what the value is called in what is said of it.
    package func problem(with value: JSONValue, named name: String) -> String? {
        switch self {
        case .text(let rule, let lengths):
            guard let text = value.text else { return "\(name) is text" }
            return Self.problem(with: text, rule, lengths, named: name)
        case .choice(let words):
            guard let text = value.text, words.contains(text) else {
                return "\(name) is one of \(words.joined(separator: ", "))"
            }
            return nil
        case .integer(let range):
            guard let number = value.number, let whole = Int(exactly: number), range.contains(whole) else {
                return "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            return nil
        case .number: return value.number == nil ? "\(name) is a number" : nil
        case .flag: return value.flag == nil ? "\(name) is true or false" : nil
        case .array(let element, let counts):
            guard let elements = value.elements, counts.contains(elements.count) else {
                return "\(name) is a list of \(counts.lowerBound) to \(counts.upperBound)"
            }
            return elements.lazy.compactMap { element.problem(with: $0, named: "an element of \(name)") }.first
        case .object(let members): return Self.problem(with: value, members, isOpen: false, named: name)
        case .openObject(let members): return Self.problem(with: value, members, isOpen: true, named: name)
        case .map(let element):
            guard let members = value.members else { return "\(name) is an object" }
            return members.lazy.compactMap { element.problem(with: $0.value, named: "a member of \(name)") }.first
        case .optional(let schema): return value == .null ? nil : schema.problem(with: value, named: name)
        case .anything: return nil
        case .named(let component): return DocumentSchemas.all[component]?.problem(with: value, named: name)
        }
    }

    static func problem(
        with text: String, _ rule: TextRule, _ lengths: ClosedRange<Int>, named name: String
    ) -> String? {
        // JSON Schema counts code points.
        guard lengths.contains(text.unicodeScalars.count) else {
            return "\(name) has \(lengths.lowerBound) to \(lengths.upperBound) characters"
        }
        return rule.objection(to: text).map { "\(name) \($0)" }
    }

    private static func problem(
        with value: JSONValue, _ members: [Member], isOpen: Bool, named name: String
    ) -> String? {
        guard let values = value.members else { return "\(name) is a JSON object" }
        for member in members {
            if let found = values[member.name] {
                if let problem = member.schema.problem(with: found, named: member.name) { return problem }
            } else if member.isRequired {
                return "\(name) needs '\(member.name)'"
            }
        }
        let known = Set(members.map(\.name))
        guard !isOpen, let extra = values.keys.filter({ !known.contains($0) }).min() else { return nil }
        return "\(name) has no '\(extra.prefix(40))'; known are: \(members.map(\.name).joined(separator: ", "))"
    }

    /// A value as text of a path or query says it; nil when it is none.
    package func value(of text: String) -> JSONValue? {
        switch self {
        case .integer:
            // One way to write a number: no sign, no blanks, no leading zeros.
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), "\(number)" == text
            else { return nil }
            return .number(Double(number))
        case .flag: return text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
        default: return .text(text)
        }
    }
}

extension JSONWriter {
    /// Writes a schema as JSON Schema.
    package mutating func value(_ schema: ValueSchema) { object { $0.members(of: schema) } }

    mutating func members(of schema: ValueSchema, isOptional: Bool = false) {
        func type(_ name: String, _ writer: inout JSONWriter) {
            if isOptional { writer.member("type", [name, "null"]) } else { writer.member("type", name) }
        }
        switch schema {
        case .text(let rule, let lengths):
            type("string", &self)
            if lengths.lowerBound > 0 { member("minLength", lengths.lowerBound) }
            if lengths.upperBound < 10_000_000 { member("maxLength", lengths.upperBound) }
            if let pattern = rule.pattern { member("pattern", pattern) }
        case .choice(let words):
            type("string", &self)
            key("enum")
            array { writer in
                for word in words { writer.value(word) }
                if isOptional { writer.null() }
            }
        case .integer(let range):
            type("integer", &self)
            member("minimum", range.lowerBound)
            member("maximum", range.upperBound)
        case .number: type("number", &self)
        case .flag: type("boolean", &self)
        case .array(let element, let counts):
            type("array", &self)
            key("items")
            value(element)
            if counts.lowerBound > 0 { member("minItems", counts.lowerBound) }
            if counts.upperBound < 10_000_000 { member("maxItems", counts.upperBound) }
        case .object(let members):
            type("object", &self)
            write(members)
            member("additionalProperties", false)
        case .openObject(let members):
            type("object", &self)
            write(members)
        case .map(let element):
            type("object", &self)
            key("additionalProperties")
            value(element)
        case .optional(.named(let component)):
            member(
                "anyOf",
                array: { writer in
                    writer.value(ValueSchema.named(component))
                    writer.object { $0.member("type", "null") }
                })
        case .optional(let schema): members(of: schema, isOptional: true)
        case .anything: break
        case .named(let component): member("$ref", "#/components/schemas/\(component)")
        }
    }

    private mutating func write(_ members: [ValueSchema.Member]) {
        member(
            "properties",
            object: { writer in
                for member in members {
                    writer.member(
                        member.name,
                        object: {
                            $0.members(of: member.schema)
                            if !member.summary.isEmpty { $0.member("description", member.summary) }
                            if let standard = member.standard { $0.member("default", standard) }
                        })
                }
            })
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty { member("required", required) }
    }
}
