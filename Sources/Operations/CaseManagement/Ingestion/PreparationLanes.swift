private import Synchronization

/// Lets no more alerts be prepared at a time than there are processors. Fifty producers that all prepare at once would leave the one thread
/// that writes a fiftieth of the time, and everybody would wait for it.
final class PreparationLanes: Sendable {
    private let lanes: [Lane]
    private let next = Atomic(0)
    /// A producer of many lets others in after so many.
    private static let turn = 16

    private final class Lane: Sendable {
        // Those who wait are let in one by one, in their order (FUTEX_LOCK_PI(2)).
        let lock = Mutex(())
    }

    init(count: Int) { lanes = (0..<max(1, count)).map { _ in Lane() } }

    func map<Item, Result>(_ items: [Item], _ body: (Item) -> Result) -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(items.count)
        var rest = items[...]
        while !rest.isEmpty {
            let lane = lanes[next.wrappingAdd(1, ordering: .relaxed).oldValue % lanes.count]
            lane.lock.withLock { _ in
                for item in rest.prefix(Self.turn) { results.append(body(item)) }
            }
            rest = rest.dropFirst(Self.turn)
        }
        return results
    }
}
