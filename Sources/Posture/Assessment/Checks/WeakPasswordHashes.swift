import ControlFrameworks
import Findings
import HostModel

/// Passwords are kept by a method that makes guessing slow, and only where root alone reads them.
struct WeakPasswordHashes: Check {
    let description = CheckDescription(
        id: "weak-password-hashes", title: "Stored passwords withstand guessing", category: .accounts, risk: .high,
        rationale:
            "Hashes by DES, MD5 or SHA-1 are guessed at billions a second; a copy of the file, or a backup of it, is the passwords.",
        remediation:
            "Set ENCRYPT_METHOD YESCRYPT, then have each owner set the password anew (`chage -d 0 NAME` asks for it at the next login).",
        controls: [
            .iso("A.5.17"), .iso("A.8.24"), .csf("PR.AA-01"), .csf("PR.DS-01"), .sp80053("IA-5(1)"), .sp80053("SC-13"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.accounts.assess { accounts, source in
            var judgement = Judgement()
            for account in accounts.users {
                guard case .hashed(let method) = account.inlinePassword else { continue }
                judgement.violates(
                    "the hash of \(account.name) can be read by everybody",
                    Evidence("\(account.name): \(method.rawValue) hash in the list of accounts", from: source))
            }
            guard let (passwords, shadow) = judgement.look(at: accounts.passwords) else { return judgement.answer }
            var methods: Set<String> = []
            for (name, record) in passwords.sorted(by: { $0.key < $1.key }) {
                switch record.state {
                case .hashed(let method) where method.isWeak:
                    judgement.violates(
                        "the password of \(name) is kept by \(method.rawValue)",
                        Evidence("\(name): \(method.rawValue) hash", from: shadow))
                case .hashed(let method): methods.insert(method.rawValue)
                case .unrecognised:
                    judgement.fallsShort(
                        "the password of \(name) is kept by an unknown method",
                        Evidence("\(name): hash of an unknown method", from: shadow))
                case .empty, .locked: continue
                }
            }
            let seen =
                methods.isEmpty
                ? "no other password is set" : "other passwords: \(methods.sorted().joined(separator: ", "))"
            judgement.sees(Evidence(seen, from: shadow))
            return judgement.answer
        }
    }
}
