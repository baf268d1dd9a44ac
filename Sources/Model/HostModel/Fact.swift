/// The name of one simple fact about a host: a prefix that says who reads it, then what: `sysctl.kernel.kptr_restrict`,
/// `sshd.permitrootlogin`, `file./etc/shadow.mode`.
package struct FactKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package static func < (left: FactKey, right: FactKey) -> Bool { left.rawValue < right.rawValue }
    package var description: String { rawValue }
}

/// The value of a simple fact.
package enum FactValue: Hashable, Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([String])
}

extension FactValue: CustomStringConvertible {
    package var description: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let items): items.isEmpty ? "(none)" : items.joined(separator: ", ")
        }
    }
}
