import Policies
import Triage

/// The playbooks of this host, as commands use them.
enum PlaybookPolicySource {
    /// As they ship where there is no policy; a policy that is broken, or that others may write, is an error.
    static func playbooks(_ files: PolicyFiles) throws(CommandError) -> PlaybookSet {
        guard let text = try files.optional(PolicyFileName.playbooks) else { return .shipped }
        return try PolicySet.parsed { () throws(PolicyErrors) in PlaybookSet(try PlaybookPolicy(parsing: text)) }
    }
}
