internal import JSON
internal import Triage

/// How well an alert fits a case: the sum of what they share, kept with its parts.
///
/// Each shared entity gives its weight, times how rare it is among cases that are open (one over the square root of their number; in nine or
/// more it is common and does not bind), times how near in time (1 at the same moment, 0.6 at the end of the window). Parts are joined as
/// independent evidence, 1 - Π(1 - part), so that the score stays below 1. Without a part that binds there is no score.
struct CorrelationScore: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        var kind: String
        var value: String
        var reason: String
        var weight: Double
        var rarity: Double
        var proximity: Double
        var binds: Bool

        var points: Double { weight * rarity * proximity }
    }

    private(set) var parts: [Part] = []
    private var doubt = 1.0

    /// In so many open cases an entity is no longer rare.
    static let commonAt = 9

    var value: Double { parts.contains(where: \.binds) ? 1 - doubt : 0 }

    mutating func add(_ part: Part) {
        parts.append(part)
        doubt *= 1 - part.points
    }

    static func rarity(cases: Int) -> Double { 1 / Double(max(1, cases)).squareRoot() }

    static func proximity(_ distance: Duration, window: Duration) -> Double {
        1 - 0.4 * min(1, max(0, distance / window))
    }

    var document: String {
        var writer = JSONWriter(pretty: false)
        writer.array { writer in
            for part in parts {
                writer.object {
                    $0.member("kind", part.kind)
                    $0.member("value", part.value)
                    $0.member("why", part.reason)
                    $0.member("weight", rounded: part.weight)
                    $0.member("rarity", rounded: part.rarity)
                    $0.member("proximity", rounded: part.proximity)
                    $0.member("points", rounded: part.points)
                    $0.member("binds", part.binds)
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
