/// Why something about ATT&CK was not read or made.
package enum AttackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes are no STIX 2.1 bundle of Enterprise ATT&CK, or one that goes over a limit.
    case bundle(String)
    /// The bytes are no index of this program, or a broken one.
    case index(String)
    /// A line of a table of detection knowledge that cannot be read.
    case knowledge(line: Int, String)

    package var description: String {
        switch self {
        case .bundle(let why): "not an ATT&CK bundle that can be used: \(why)"
        case .index(let why): "not an ATT&CK index that can be used: \(why)"
        case .knowledge(let line, let why): "detection knowledge, line \(line): \(why)"
        }
    }
}
