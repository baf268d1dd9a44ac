import HostModel

/// `unit.<name>.enabled`: whether links start the systemd unit (`ssh.service`); false when it is masked, absent when there is no such unit.
struct UnitFact: FactCollector {
    static let prefix = "unit"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name.hasSuffix(".enabled") else { return .unknownKey("unit.\(name)", expected: "unit.<name>.enabled") }
        let unit = String(name.dropLast(".enabled".count))
        guard case .seen(let units, let origin) = source.units else { return source.units.map { _ in .flag(false) } }
        guard let isEnabled = units.isEnabled(unit) else { return .absent(why: "there is no \(unit)", from: origin) }
        return .seen(.flag(isEnabled), from: origin)
    }
}
