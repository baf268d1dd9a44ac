import ControlFrameworks
import Findings
import HostModel

/// The keys that let people in over SSH are long enough and of a kind that is not broken.
struct SSHAuthorizedKeysStrong: Check {
    let description = CheckDescription(
        id: "ssh-authorized-keys-strong", title: "Keys that let in over SSH are strong", category: .ssh, risk: .medium,
        rationale:
            "A DSA key, or an RSA key below 2048 bits, can be computed from its public half; whoever does logs in as the account.",
        remediation: "Have the owner make a new one (`ssh-keygen -t ed25519`) and remove the old line.",
        controls: [
            .iso("A.5.17"), .iso("A.8.24"), .csf("PR.AA-01"), .csf("PR.AA-03"), .sp80053("IA-5(2)"), .sp80053("SC-12"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.homes.assess { homes, source in
            var judgement = Judgement()
            var count = 0
            for home in homes {
                guard case .seen(let keys, _) = home.authorizedKeys else {
                    if case .unseen(let gap) = home.authorizedKeys { judgement.isUnknown(gap) }
                    continue
                }
                count += keys.count
                for key in keys { judge(key, of: home.account, &judgement) }
            }
            judgement.sees(Evidence("\(count) keys of \(homes.count) accounts", from: source))
            let answer = judgement.answer
            return count == 0 && answer.status == .compliant ? .notApplicable(judgement.evidence) : answer
        }
    }

    private func judge(_ key: HomeDirectory.AuthorizedKey, of account: String, _ judgement: inout Judgement) {
        let size = key.bits.map { " of \($0) bits" } ?? ""
        let evidence = Evidence("\(account): \(key.type)\(size), \(key.comment.displayed)", from: key.location)
        if key.type.hasPrefix("ssh-dss") {
            judgement.violates("\(account) accepts a DSA key", evidence)
        } else if key.type == "ssh-rsa", let bits = key.bits, bits < 2048 {
            judgement.violates("\(account) accepts an RSA key of \(bits) bits", evidence)
        } else if key.type == "ssh-rsa", let bits = key.bits, bits < 3072 {
            judgement.fallsShort(
                "\(account) accepts an RSA key of \(bits) bits, too short beyond 2030 (SP 800-57)", evidence)
        }
    }
}
