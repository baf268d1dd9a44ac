import HostModel

/// `process.<program>.running`: whether the program runs.
struct ProcessFact: FactCollector {
    static let prefix = "process"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard name.hasSuffix(".running") else {
            return .unknownKey("process.\(name)", expected: "process.<program>.running")
        }
        let program = String(name.dropLast(".running".count))
        return source.processes.map { .flag($0.contains { $0.runs(program) }) }
    }
}
