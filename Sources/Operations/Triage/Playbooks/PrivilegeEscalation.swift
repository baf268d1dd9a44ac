extension Playbook {
    /// From an ordinary account to root (TA0004).
    static let privilegeEscalation = Playbook(
        id: "privilege-escalation", title: "Gaining more rights",
        signals: [
            Signal(
                name: "attempt", groups: ["privilege_escalation"], techniques: ["T1068", "T1548", "T1134"],
                phrases: [
                    "not in the sudoers file", "incorrect password attempts", "user not in sudoers",
                    "command not allowed",
                    "privilege escalation", "setuid changed", "uac bypass", "pwnkit", "dirty pipe", "sudo: 3 incorrect",
                ]),
            Signal(
                name: "gain", techniques: ["T1136", "T1098"],
                phrases: [
                    "added to group sudo", "added to group wheel", "uid=0(root)", "new user added to administrators",
                    "user added to sudo",
                    "session opened for user root", "successful sudo to root", "first time user executed sudo",
                ]),
        ],
        rules: [
            Rule(
                name: "attempts-on-host", signal: "attempt", by: .host, threshold: 5, minutes: 30, verdict: .high,
                meaning: "{count} attempts to gain rights on {subject} in {minutes} minutes"),
            Rule(
                name: "gain-after-attempts", signal: "gain", by: .host, threshold: 1,
                after: (signal: "attempt", count: 2), minutes: 60,
                verdict: .critical,
                meaning: "rights were gained on {subject} after failed attempts within {minutes} minutes"),
        ],
        actions: [
            "See who the account belongs to and ask whether it was them.",
            "Take the rights back; compare sudoers, groups and set-user-id files with what is approved: `bailey assess`.",
            "Look for what ran as root since: `bailey audit show`, journal, shell histories.",
        ],
        falsePositives: [
            "An administrator who mistyped a password and then got it right.", "A deployment that makes accounts.",
        ])
}
