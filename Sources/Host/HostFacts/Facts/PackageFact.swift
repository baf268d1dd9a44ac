import HostModel

/// `package.<name>.installed`: whether dpkg has the package installed; absent where the host does not use dpkg.
struct PackageFact: FactCollector {
    static let prefix = "package"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name.hasSuffix(".installed") else {
            return .unknownKey("package.\(name)", expected: "package.<name>.installed")
        }
        return source.packages.map { .flag($0.contains(String(name.dropLast(".installed".count)))) }
    }
}
