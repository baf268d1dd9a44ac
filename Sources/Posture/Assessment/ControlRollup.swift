import ControlFrameworks

/// The status of every control, from the checks that map to it.
///
/// A control has the worst status among its checks, in the order violation, partial, not assessed, compliant; a check that is not
/// applicable counts only where there is no other, and a control that no check maps to is not assessed.
///
/// So one compliant check beside one that could not look makes a control not assessed, and `why` says how far the knowledge goes;
/// a violation stays one whatever else could not be looked at.
package enum ControlRollup {
    /// ISO/IEC 27001 Annex A and the CSF in full, SP 800-53 as far as a check maps to it, each in the framework's order.
    package static func controls(from results: [CheckResult]) -> [ControlResult] {
        var mapped: [ControlID: [CheckResult]] = [:]
        for result in results.sorted(by: { $0.check.id < $1.check.id }) {
            for control in Set(result.check.controls) { mapped[control, default: []].append(result) }
        }
        var rolledUp: [ControlResult] = []
        for framework in ControlFramework.allCases {
            for control in ControlCatalogue.controls(of: framework) {
                let checks = mapped.removeValue(forKey: control) ?? []
                if framework == .sp80053, checks.isEmpty { continue }
                rolledUp.append(result(for: control, from: checks))
            }
        }
        // Ids no framework has: a mapping that a test or the reader of posture policies should have refused. They stay in sight.
        return rolledUp + mapped.sorted { $0.key < $1.key }.map { result(for: $0.key, from: $0.value) }
    }

    private static func result(for control: ControlID, from checks: [CheckResult]) -> ControlResult {
        let status = status(of: checks.map(\.answer.status))
        return ControlResult(
            control: control, title: ControlCatalogue.title(of: control) ?? "not a control of the framework",
            status: status, checks: checks.map(\.check.id), why: status == .notAssessed ? why(checks) : nil)
    }

    static func status(of checks: [CheckStatus]) -> ControlResult.Status {
        let outcomes = Set(checks.map(ControlResult.Status.init))
        return ControlResult.Status.worstFirst.first(where: outcomes.contains) ?? .notAssessed
    }

    /// How far the knowledge goes: "1 of 3 checks was not assessed (backup_configured); the others are met".
    private static func why(_ checks: [CheckResult]) -> String {
        if checks.isEmpty { return "no check maps to it" }
        let unseen = checks.filter { ControlResult.Status($0.answer.status) == .notAssessed }.map(\.check.id)
        if unseen.count == checks.count {
            return checks.count == 1 ? "its check was not assessed" : "none of its \(checks.count) checks was assessed"
        }
        let names = unseen.joined(separator: ", ")
        let verb = unseen.count == 1 ? "was" : "were"
        return
            "\(unseen.count) of \(checks.count) checks \(verb) not assessed (\(names)); the others are met or do not apply"
    }
}

extension ControlResult.Status {
    /// The order in which one status outdoes another; see `ControlRollup`.
    fileprivate static let worstFirst: [Self] = [.violation, .partial, .notAssessed, .compliant, .notApplicable]

    init(_ status: CheckStatus) {
        self =
            switch status {
            case .compliant: .compliant
            case .partial: .partial
            case .violation: .violation
            case .notApplicable: .notApplicable
            case .notAssessed: .notAssessed
            }
    }
}
