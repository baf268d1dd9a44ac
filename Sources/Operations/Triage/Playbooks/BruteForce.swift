extension Playbook {
    /// Guessing passwords: many failures from one place, one account from many places, and the one that got in (T1110).
    static let bruteForce = Playbook(
        id: "brute-force", title: "Password guessing",
        signals: [
            Signal(
                name: "failure",
                groups: [
                    "authentication_failed", "authentication_failures", "invalid_login", "win_authentication_failed",
                ],
                phrases: [
                    "failed password", "authentication failed", "authentication failure", "invalid user",
                    "login failed", "failed login",
                    "logon failure", "brute force", "bad password", "invalid credentials",
                ]),
            Signal(
                name: "success", groups: ["authentication_success", "win_authentication_success"],
                phrases: [
                    "accepted password", "accepted publickey", "successful login", "login succeeded", "logon success",
                    "session opened for",
                ]),
        ],
        rules: [
            Rule(
                name: "failures-from-address", signal: "failure", by: .sourceAddress, threshold: 10, minutes: 10,
                verdict: .high,
                meaning: "{count} failed logins from {subject} in {minutes} minutes"),
            Rule(
                name: "accounts-from-address", signal: "failure", by: .sourceAddress, threshold: 5, distinct: .user,
                minutes: 30, verdict: .high,
                meaning: "{subject} tried {count} different accounts in {minutes} minutes: password spraying"),
            Rule(
                name: "addresses-for-account", signal: "failure", by: .user, threshold: 5, distinct: .sourceAddress,
                minutes: 60, verdict: .high,
                meaning: "the account {subject} was tried from {count} different addresses in {minutes} minutes"),
            Rule(
                name: "success-after-failures", signal: "success", by: .sourceAddress, threshold: 1,
                after: (signal: "failure", count: 5), minutes: 60,
                verdict: .critical,
                meaning:
                    "a login from {subject} succeeded after failures within {minutes} minutes: the password may have been guessed"
            ),
        ],
        actions: [
            "Look whether any login from the source succeeded; if one did, end its sessions and change the account's password.",
            "Block the source at the firewall, for a limited time.",
            "See that the service needs keys or a second factor, and that guessing is limited (fail2ban, pam_faillock).",
        ],
        falsePositives: [
            "A job or phone with an old password fails at regular intervals, from one known address and for one account.",
            "A vulnerability scan that was announced.",
        ])
}
