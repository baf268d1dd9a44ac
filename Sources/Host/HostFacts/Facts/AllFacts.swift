extension FactCollectors {
    /// Every collector of simple facts, in alphabetical order.
    static let all: [any FactCollector.Type] = [
        ProcessFact.self
    ]
}
