import HostModel

/// `pam.<service>.<module>`: whether the service runs the module, includes followed; absent where there is no such service.
struct PAMFact: FactCollector {
    static let prefix = "pam"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        let parts = name.split(separator: ".")
        guard parts.count == 2 else { return .unknownKey("pam.\(name)", expected: "pam.<service>.<module>") }
        let module = String(parts[1])
        return PAMService.read(String(parts[0]), in: source.tree).map { .flag($0.entry(module: module) != nil) }
    }
}
