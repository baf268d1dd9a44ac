/// The answer to one question put to the host. "It is not there" and "it could not be looked at" are different answers, and neither
/// of them is a value.
package enum Observation<Value> {
    /// Read, with where it was read from: a path, a system call, a netlink request.
    case seen(Value, from: String)
    /// Looked for and not there: `from` says where, `why` what its absence means ("sshd is not installed").
    case absent(why: String, from: String)
    /// Could not be looked at.
    case unseen(Gap)
}

extension Observation: Sendable where Value: Sendable {}
extension Observation: Equatable where Value: Equatable {}
extension Observation: Hashable where Value: Hashable {}

extension Observation {
    package var value: Value? {
        if case .seen(let value, _) = self { value } else { nil }
    }

    package func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Observation<Other> {
        switch self {
        case .seen(let value, let source): .seen(try transform(value), from: source)
        case .absent(let why, let source): .absent(why: why, from: source)
        case .unseen(let gap): .unseen(gap)
        }
    }
}
