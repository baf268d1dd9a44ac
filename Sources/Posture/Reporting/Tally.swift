import Assessment
import ControlFrameworks
import Findings

/// How many of each kind there are, every kind named even when there is none of it.
struct Tally<Kind: Hashable> {
    private var counts: [Kind: Int] = [:]

    init(_ kinds: some Sequence<Kind>) {
        for kind in kinds { counts[kind, default: 0] += 1 }
    }

    subscript(kind: Kind) -> Int { counts[kind, default: 0] }
    var total: Int { counts.values.reduce(0, +) }
}

/// The five ways a check or a control comes out, without the reason: `ControlResult.Status` has exactly these.
typealias Outcome = ControlResult.Status

extension CheckStatus {
    var outcome: Outcome {
        switch self {
        case .compliant: .compliant
        case .partial: .partial
        case .violation: .violation
        case .notApplicable: .notApplicable
        case .notAssessed: .notAssessed
        }
    }

    /// Why nobody looked; nil for every other status.
    var why: String? {
        if case .notAssessed(let why) = self { why } else { nil }
    }
}

extension CheckResult {
    var outcome: Outcome { answer.status.outcome }
    var isOpen: Bool { outcome == .violation || outcome == .partial }

    /// What to do here; nothing where all is well or the question does not arise.
    var remediation: String? {
        switch outcome {
        case .violation, .partial, .notAssessed: answer.remediation ?? check.remediation
        case .compliant, .notApplicable: nil
        }
    }
}

/// Checks that were not assessed for one reason.
struct UnassessedReason {
    let why: String
    var checks: [String]

    /// Every reason with its checks, the one that costs most checks first.
    static func all(in results: [CheckResult]) -> [UnassessedReason] {
        var reasons: [UnassessedReason] = []
        var positions: [String: Int] = [:]
        for result in results {
            guard let why = result.answer.status.why else { continue }
            if let position = positions[why] {
                reasons[position].checks.append(result.check.id)
            } else {
                positions[why] = reasons.count
                reasons.append(UnassessedReason(why: why, checks: [result.check.id]))
            }
        }
        return reasons.sorted { ($1.checks.count, $0.why) < ($0.checks.count, $1.why) }
    }
}

extension ControlFramework {
    /// The name people call it by.
    var title: String {
        switch self {
        case .iso27001: "ISO/IEC 27001:2022 Annex A"
        case .csf: "NIST CSF 2.0"
        case .sp80053: "NIST SP 800-53 r5"
        }
    }
}
