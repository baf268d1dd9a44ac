import HostModel

/// `package.<name>.installed`: whether dpkg has the package installed; absent where the host does not use dpkg. Of several names with `|`
/// between them, whether any is: programs for one purpose come in packages of many names.
struct PackageFact: FactCollector {
    static let prefix = "package"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name.hasSuffix(".installed") else {
            return .unknownKey("package.\(name)", expected: "package.<name>.installed")
        }
        let packages = name.dropLast(".installed".count).split(separator: "|").map(String.init)
        return source.packages.map { installed in .flag(packages.contains(where: installed.contains)) }
    }
}
