package import Findings

extension PostureAssessment {
    /// Whether this run looked where a finding was that it does not have, so that it is gone and not only out of sight.
    ///
    /// - Its check answered, and the state is as wished or the question does not arise. A check that there is no more answers nothing.
    /// - Of sockets and the rules about them: all sockets of the host were read, with their holders where a rule asks for them. Names that
    ///   could not be looked up hide no finding; they make more of them.
    package func showsGone(_ kind: FindingKind, of resource: Resource) -> Bool {
        switch kind {
        case .posture:
            guard let result = results.first(where: { $0.check.id == resource.name }) else { return false }
            switch result.answer.status {
            case .compliant, .notApplicable: return true
            case .partial, .violation, .notAssessed: return false
            }
        case .unapprovedPort, .insecurePort, .publicBind, .sniffer: return ports?.gaps.isEmpty == true
        case .unapprovedEgress, .expiredApproval, .unusedRule:
            return egress != nil && ports?.gaps.isEmpty == true
        // No assessment looks for these itself.
        case .guardBypass: return false
        }
    }
}
