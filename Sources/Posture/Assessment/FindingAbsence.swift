import Findings

/// What it means that a run does not have a finding of an earlier one.
package enum FindingAbsence: Sendable, Hashable {
    /// The run looked where it was, and it is not there.
    case gone
    /// The run has nothing that looks for it: its check was taken away or renamed, by the policy or in another version of Bailey. Whether it
    /// is mended nobody knows.
    case unchecked
    /// The run would have looked, and could not.
    case unseen
}

extension PostureAssessment {
    /// - Of a check: it is gone where the check answered, and the state is as wished or the question does not arise.
    /// - Of sockets and the rules about them: where all sockets of the host were read, with their holders where a rule asks for them. Names
    ///   that could not be looked up hide no finding; they make more of them.
    /// - Parameters:
    ///   - kind: as the record has it, which another version may have written.
    ///   - name: of the finding's resource, within the host.
    package func absence(of kind: String, named name: String) -> FindingAbsence {
        switch FindingKind(rawValue: kind) {
        case .posture:
            guard let result = results.first(where: { $0.check.id == name }) else { return .unchecked }
            switch result.answer.status {
            case .compliant, .notApplicable: return .gone
            case .partial, .violation, .notAssessed: return .unseen
            }
        case .unapprovedPort, .insecurePort, .publicBind, .sniffer:
            return ports?.gaps.isEmpty == true ? .gone : .unseen
        case .unapprovedEgress, .expiredApproval, .unusedRule:
            return egress != nil && ports?.gaps.isEmpty == true ? .gone : .unseen
        // No assessment looks for these itself.
        case .guardBypass: return .unseen
        case nil: return .unchecked
        }
    }
}
