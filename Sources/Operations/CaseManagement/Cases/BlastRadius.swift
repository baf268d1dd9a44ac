package import Triage

/// How far a case reaches, 0 to 100: hosts up to 40, users up to 15, public addresses up to 10, severity up to 20, how late in an attack it is
/// up to 15. The first hundred of a kind count in steps of doubling: the second host matters more than the fiftieth.
package struct BlastRadius: Sendable, Hashable {
    package enum Level: String, Sendable, CaseIterable {
        case contained, limited, significant, severe, critical
    }

    package let value: Int

    package init(value: Int) { self.value = min(max(value, 0), 100) }

    package init(hosts: Int, users: Int, publicAddresses: Int, severity: AlertSeverity, tactics: Set<String>) {
        let severityPoints = [0.0, 3, 8, 15, 20][severity.rawValue]
        let late: Set = ["exfiltration", "impact"]
        let spreading: Set = ["lateral-movement", "command-and-control", "credential-access", "privilege-escalation"]
        let stage = !late.isDisjoint(with: tactics) ? 15.0 : !spreading.isDisjoint(with: tactics) ? 8 : 0
        let sum =
            min(40, 10 * Self.doublings(hosts)) + min(15, 5 * Self.doublings(users))
            + min(10, 3 * Self.doublings(publicAddresses)) + severityPoints + stage
        self.init(value: Int(sum.rounded()))
    }

    /// - Parameter entities: by their kind and weight, how many.
    package init(
        of entities: [(kind: String, weight: Double, count: Int)], severity: AlertSeverity, tactics: Set<String>
    ) {
        func count(_ kinds: Set<String>, from weight: Double = 0) -> Int {
            entities.reduce(0) { $0 + (kinds.contains($1.kind) && $1.weight >= weight ? $1.count : 0) }
        }
        self.init(
            hosts: count(["host"]), users: count(["user"]), publicAddresses: count(["ipv4", "ipv6"], from: 0.5),
            severity: severity, tactics: tactics)
    }

    /// log2(1 + count) by whole doublings and the part of the next one.
    private static func doublings(_ count: Int) -> Double {
        var (rest, steps) = (Double(max(0, count)) + 1, 0.0)
        while rest >= 2 {
            rest /= 2
            steps += 1
        }
        return steps + rest - 1
    }

    package var level: Level {
        switch value {
        case ..<20: .contained
        case ..<40: .limited
        case ..<60: .significant
        case ..<80: .severe
        default: .critical
        }
    }
}
