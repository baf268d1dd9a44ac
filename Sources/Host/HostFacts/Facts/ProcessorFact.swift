import HostModel

/// `cpu.vulnerabilities`: the processor flaws that the kernel knows of and nothing mitigates, each with the kernel's words.
struct ProcessorFact: FactCollector {
    static let prefix = "cpu"
    private static let path = "/sys/devices/system/cpu/vulnerabilities"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name == "vulnerabilities" else { return .unknownKey("cpu.\(name)", expected: "cpu.vulnerabilities") }
        guard source.isLive else { return .unseen(.notRunning("the processor's flaws")) }
        return source.tree.observeNames(Self.path).map { names in
            .list(
                names.compactMap { flaw in
                    let text = source.tree.observeText("\(Self.path)/\(flaw)", limit: 4096).value ?? ""
                    let state = Substring(text.prefix { $0 != "\n" }).trimmed
                    return state.hasPrefix("Vulnerable") ? "\(flaw): \(state)" : nil
                })
        }
    }
}
