import HostModel

/// Answers for all simple facts whose key begins with one prefix. One file a collector, in `Facts/`; the list of them is
/// `FactCollectors.all`.
protocol FactCollector: SendableMetatype {
    /// What stands before the first dot of its keys.
    static var prefix: String { get }
    init(_ source: FactSource)
    /// - Parameter name: the key without the prefix and its dot.
    mutating func observe(_ name: Substring) -> Observation<FactValue>
    /// Whether the thing all its facts are about is there at all: `<prefix>.in_use` of any prefix. It tells an option that is not set
    /// from a program that is not there.
    var isInUse: Bool { get }
}

extension FactCollector {
    var isInUse: Bool { true }
}

extension Observation {
    /// The answer to a key that no collector can make sense of.
    static func unknownKey(_ name: some StringProtocol, expected: String) -> Observation {
        .unseen(Gap(what: "fact '\(name)'", why: "no such fact; expected \(expected)"))
    }
}

/// Hands each key to the collector of its prefix. Collectors are made when a key first asks for them.
struct FactCollectors {
    private let source: FactSource
    private var collectors: [String: any FactCollector] = [:]

    init(_ source: FactSource) { self.source = source }

    mutating func observe(_ key: FactKey) -> Observation<FactValue> {
        let parts = key.rawValue.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let prefix = String(parts[0])
        guard parts.count == 2, let type = Self.byPrefix[prefix] else {
            return .unknownKey(key.rawValue, expected: "one of \(Self.byPrefix.keys.sorted().joined(separator: ", "))")
        }
        var collector = collectors[prefix] ?? type.init(source)
        let answer: Observation<FactValue> =
            parts[1] == "in_use"
            ? .seen(.flag(collector.isInUse), from: "signs of \(prefix)") : collector.observe(parts[1])
        collectors[prefix] = collector
        return answer
    }

    private static let byPrefix: [String: any FactCollector.Type] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.prefix, $0) })
}

extension HostFactsCollector {
    /// What the keys of facts begin with, in alphabetical order: everything else is no fact.
    package static var prefixes: [String] { FactCollectors.all.map { $0.prefix }.sorted() }
}
