import HostModel

/// `cpu.vulnerabilities`: the processor flaws that the kernel knows of and that it says are open, in whole or in a part (`…; BHI:
/// Vulnerable`), each with the kernel's words.
struct ProcessorFact: FactCollector {
    static let prefix = "cpu"
    private static let path = "/sys/devices/system/cpu/vulnerabilities"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name == "vulnerabilities" else { return .unknownKey("cpu.\(name)", expected: "cpu.vulnerabilities") }
        guard source.isLive else { return .unseen(.notRunning("the processor's flaws")) }
        let names: [String]
        switch source.tree.observeNames(Self.path) {
        case .seen(let found, _): names = found
        case .absent(let why, let origin): return .absent(why: why, from: origin)
        case .unseen(let gap): return .unseen(gap)
        }
        var open: [String] = []
        var unknown: Gap?
        for flaw in names {
            let path = "\(Self.path)/\(flaw)"
            switch source.tree.observeText(path, limit: 4096) {
            case .seen(let text, _):
                let state = Substring(text.prefix { $0 != "\n" }).trimmed
                if state.lowercased().contains("vulnerable") {
                    open.append("\(flaw): \(state)")
                } else if state.hasPrefix("Unknown") {
                    // A guest is not told what its host does.
                    unknown = unknown ?? Gap(what: path, why: String(state))
                }
            case .absent: continue
            case .unseen(let gap): unknown = unknown ?? gap
            }
        }
        if open.isEmpty, let unknown { return .unseen(unknown) }
        return .seen(.list(open), from: Self.path)
    }
}
