import HostModel

/// `sysctl.<dotted name>`: a kernel parameter as the running kernel has it: a number, or text where it is more than one number.
///
/// A `*` for one component stands for every one there is but the loopback interface, and the value is the largest of theirs: what counts
/// where one interface that allows something is enough.
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
        if let star = path.firstRange(of: "/*/") {
            return largest(in: String(path[..<star.lowerBound]), rest: String(path[star.upperBound...]), name)
        }
        return parameter(name, at: path)
    }

    private func parameter(_ name: Substring, at path: String) -> Observation<FactValue> {
        switch source.tree.observeText(path, limit: 64 << 10) {
        case .seen(let text, let origin):
            let words = text.split(whereSeparator: { $0.isBlank || $0 == "\n" })
            return .seen(FactValue(number: words.joined(separator: " ")), from: origin)
        case .absent(_, let origin): return .absent(why: "this kernel has no parameter \(name)", from: origin)
        case .unseen(let gap): return .unseen(gap)
        }
    }

    private func largest(in directory: String, rest: String, _ name: Substring) -> Observation<FactValue> {
        let components: [String]
        switch source.tree.observeNames(directory) {
        case .seen(let names, _): components = names.filter { $0 != "lo" }
        case .absent(_, let origin): return .absent(why: "this kernel has no parameter \(name)", from: origin)
        case .unseen(let gap): return .unseen(gap)
        }
        var largest: (value: Int, origin: String)?
        for component in components {
            switch parameter(name, at: "\(directory)/\(component)/\(rest)") {
            case .seen(.number(let value), let origin) where value > largest?.value ?? .min: largest = (value, origin)
            case .seen, .absent: continue
            case .unseen(let gap): return .unseen(gap)
            }
        }
        guard let largest else { return .absent(why: "this kernel has no parameter \(name)", from: directory) }
        return .seen(.number(largest.value), from: largest.origin)
    }
}
