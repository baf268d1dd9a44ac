import HostModel

/// `sysctl.<dotted name>`: a kernel parameter as the running kernel has it: a number, or text where it is more than one number.
///
/// A component with a dot of its own (an interface `eth0.100`) is written with a slash for it, as sysctl(8) does.
struct SysctlFact: FactCollector {
    static let prefix = "sysctl"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard source.isLive else { return .unseen(.notRunning("kernel parameter \(name)")) }
        let path = "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
        guard !path.contains("/../") else { return .unknownKey("sysctl.\(name)", expected: "a kernel parameter") }
        switch source.tree.observeText(path, limit: 64 << 10) {
        case .seen(let text, let origin):
            let words = text.split(whereSeparator: { $0.isBlank || $0 == "\n" })
            return .seen(FactValue(number: words.joined(separator: " ")), from: origin)
        case .absent(_, let origin): return .absent(why: "this kernel has no parameter \(name)", from: origin)
        case .unseen(let gap): return .unseen(gap)
        }
    }
}
