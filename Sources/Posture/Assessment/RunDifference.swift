import Findings

/// What is new or worse than in the run before.
///
/// A check's status is worse when it moved along compliant (or not applicable), partial, violation, and also when it could be
/// assessed before and cannot be now: not seeing is itself a loss. A check the run before did not have is new when it is not met. A
/// risk is worse when what was open before and still is has a higher risk now. A check's own finding is told as its check, once.
struct RunDifference {
    let before: PreviousRun.Results

    /// The worst risk first, then by id.
    func regressions(results: [CheckResult], findings: [Finding]) -> [Regression] {
        let regressions =
            results.compactMap(regression)
            + findings.filter { $0.kind != .posture && $0.state == .open }.compactMap(regression)
        return regressions.sorted { ($1.risk, $0.id) < ($0.risk, $1.id) }
    }

    private func regression(of result: CheckResult) -> Regression? {
        let (check, now) = (result.check, ControlResult.Status(result.answer.status))
        func regression(_ change: Regression.Change, before: String?, now: String) -> Regression {
            Regression(change: change, id: check.id, title: check.title, risk: check.risk, before: before, now: now)
        }
        guard let past = before.checks[check.id] else {
            return now.isOpen ? regression(.newFinding, before: nil, now: now.rawValue) : nil
        }
        if now.isWorse(than: past.status) {
            return regression(.statusWorse, before: past.status.rawValue, now: now.rawValue)
        }
        if now.isOpen, check.risk > past.risk {
            return regression(.riskWorse, before: past.risk.rawValue, now: check.risk.rawValue)
        }
        return nil
    }

    private func regression(of finding: Finding) -> Regression? {
        func regression(_ change: Regression.Change, before: String?) -> Regression {
            Regression(
                change: change, id: finding.fingerprint.rawValue, title: finding.title, risk: finding.severity,
                before: before, now: finding.severity.rawValue)
        }
        guard let past = before.findings[finding.fingerprint] else { return regression(.newFinding, before: nil) }
        return finding.severity > past.severity ? regression(.riskWorse, before: past.severity.rawValue) : nil
    }
}

extension ControlResult.Status {
    /// Not met, as far as it was seen.
    var isOpen: Bool { self == .violation || self == .partial }

    fileprivate func isWorse(than before: Self) -> Bool {
        if self == .notAssessed { return before != .notAssessed }
        return severity > before.severity
    }

    /// What was not assessed before and is open now is worse than what was known.
    private var severity: Int {
        switch self {
        case .compliant, .notApplicable, .notAssessed: 0
        case .partial: 1
        case .violation: 2
        }
    }
}
