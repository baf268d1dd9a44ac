import HostModel

/// `apt.<Option::Name>`: an option of apt.conf(5) as text, the one written last.
struct AptFact: FactCollector {
    static let prefix = "apt"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    var isInUse: Bool { ["/usr/bin/apt", "/usr/bin/apt-get"].contains { source.tree.hasFile($0) } }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard case .seen(let apt, let origin) = source.apt else { return source.apt.map { _ in .flag(false) } }
        if let value = apt.value(name) { return .seen(.text(value), from: origin) }
        return .absent(why: "\(name) is not set", from: origin)
    }
}
