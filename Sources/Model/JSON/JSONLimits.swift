/// What is kept of a document that anybody may have sent. What goes over a limit is cut, not refused, except for depth and the whole size:
/// one field that is too long is no reason to lose an alert.
package struct JSONLimits: Sendable, Hashable {
    /// Characters (Unicode scalars) of a string; the rest is dropped.
    package var stringLength = 100_000
    package var arrayCount = 1_000
    package var objectCount = 500
    package var keyLength = 256
    /// Containers inside each other; a deeper document is refused.
    package var depth = 64
    /// What all of a document may weigh that is kept: each value one, a container four, for `{"":0}` takes 300 bytes of memory for the seven
    /// that were sent. A report of a thousand findings weighs 100,000.
    package var weight = 250_000

    package init() {}

    package static let untrusted = JSONLimits()

    /// Nothing is cut but control characters: for what Bailey wrote itself, and has to find as it was.
    package static let whole = {
        var limits = JSONLimits()
        limits.stringLength = .max
        limits.arrayCount = .max
        limits.objectCount = .max
        limits.keyLength = .max
        limits.weight = .max
        return limits
    }()
}

/// What was taken away from a document to keep it within its limits.
package struct JSONCuts: Sendable, Hashable {
    package var strings = 0
    package var elements = 0
    package var members = 0
    package var keys = 0
    package var controlCharacters = 0
    /// Keys that an object has more than once; the last of their values counts.
    package var duplicateKeys = 0

    package init() {}

    package var isEmpty: Bool { self == JSONCuts() }

    /// For people: "2 strings cut, 3 control characters removed".
    package var description: String {
        [
            (strings, "strings cut"), (elements, "elements left out"), (members, "members left out"),
            (keys, "keys cut"),
            (controlCharacters, "control characters removed"), (duplicateKeys, "keys given twice"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
