package import JSON

/// A request that its route's declaration allows: every parameter is there and of its kind, the body has the members it should.
package struct RouteRequest: Sendable {
    /// Who asks, for histories and feedback.
    package let actor: String
    private let values: [String: JSONValue]
    package let object: JSONValue
    /// The body as it came, of routes that take alerts.
    package let bytes: [UInt8]

    /// - Parameters:
    ///   - path: by name, decoded.
    ///   - query: in the order they were sent, decoded.
    package init(
        to declaration: RouteDeclaration, path: [String: String] = [:], query: [(name: String, value: String)] = [],
        body: [UInt8] = [], by actor: String
    ) throws(RouteProblem) {
        self.actor = actor
        values = try Self.values(declaration, path, query)
        (object, bytes) = try Self.body(declaration, body)
    }

    private static func values(
        _ declaration: RouteDeclaration, _ path: [String: String], _ query: [(name: String, value: String)]
    ) throws(RouteProblem) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        let known = declaration.parameters.filter { $0.place == .query }
        for (name, _) in query where !known.contains(where: { $0.name == name }) {
            let names = known.isEmpty ? "there are none" : "known are: \(known.map(\.name).joined(separator: ", "))"
            throw RouteProblem(400, "unknown parameter '\(name.prefix(40))'; \(names)")
        }
        for parameter in declaration.parameters {
            let texts =
                parameter.place == .path
                ? path[parameter.name].map { [$0] } ?? [] : query.filter { $0.name == parameter.name }.map(\.value)
            guard texts.count <= 1 else { throw RouteProblem(400, "\(parameter.name) is there \(texts.count) times") }
            guard let text = texts.first else { continue }
            // What cannot be read as its kind at all is held against the schema as text, whose error says what it has to be.
            let value = parameter.schema.value(of: text) ?? .text(text)
            if let problem = parameter.schema.problem(with: value, named: parameter.name) {
                throw RouteProblem(400, problem)
            }
            values[parameter.name] = value
        }
        return values
    }

    private static func body(
        _ declaration: RouteDeclaration, _ bytes: [UInt8]
    ) throws(RouteProblem) -> (JSONValue, [UInt8]) {
        switch declaration.body {
        case .none:
            guard bytes.isEmpty else { throw RouteProblem(400, "this takes no body") }
            return (.null, [])
        case .alerts: return (.null, bytes)
        case .object(let members):
            let document: UntrustedJSON.Document
            do throws(JSONError) { document = try UntrustedJSON.parse(bytes) } catch {
                throw RouteProblem(400, bytes.isEmpty ? "the body is empty" : "not JSON: \(error.description)")
            }
            if declaration.isSanitised {
                if let problem = ValueSchema.object(members).problem(with: document.value, named: "the body") {
                    throw RouteProblem(400, problem)
                }
                return (document.value, [])
            }
            var cuts = document.cuts
            guard cuts.duplicateKeys == 0 else { throw RouteProblem(400, "a key is there twice") }
            // The schema says of each text whether it may have control characters; those that may lose them.
            cuts.controlCharacters = 0
            guard cuts.isEmpty else { throw RouteProblem(400, "too long: \(cuts.description)") }
            if document.cuts.controlCharacters > 0, !members.contains(where: \.takesAnyText) {
                throw RouteProblem(400, "a text has control characters in it")
            }
            if let problem = ValueSchema.object(members).problem(with: document.value, named: "the body") {
                throw RouteProblem(400, problem)
            }
            return (document.value, [])
        }
    }
}

extension ValueSchema.Member {
    fileprivate var takesAnyText: Bool {
        switch schema {
        case .text(.any, _), .text(.notBlank, _): true
        default: false
        }
    }
}

extension RouteRequest {
    /// A number of the path or query that has to be there: the declaration saw to it.
    func number(_ name: String) throws(RouteProblem) -> Int {
        guard let number = optionalNumber(name) else { throw RouteProblem(400, "\(name) is missing") }
        return number
    }

    func optionalNumber(_ name: String) -> Int? { values[name]?.number.flatMap { Int(exactly: $0) } }
    func text(_ name: String) -> String? { values[name]?.text }
    func flag(_ name: String) -> Bool? { values[name]?.flag }
    /// Members of the body.
    func member(_ name: String) -> JSONValue? { object[name].flatMap { $0 == .null ? nil : $0 } }
    func memberNumber(_ name: String) -> Int? { object[name]?.number.flatMap { Int(exactly: $0) } }
}
