extension Playbook {
    /// From one host to the next (TA0008).
    static let lateralMovement = Playbook(
        id: "lateral-movement", title: "Moving from host to host",
        signals: [
            Signal(
                name: "remote", groups: ["lateral_movement"],
                techniques: ["T1021", "T1570", "T1550", "T1210", "T1563"],
                phrases: [
                    "psexec", "wmiexec", "smbexec", "pass the hash", "pass-the-hash", "lateral movement",
                    "winrm session", "remote service created",
                ]),
            Signal(
                name: "login", groups: ["authentication_success", "win_authentication_success"],
                phrases: ["accepted password", "accepted publickey", "logon type 3", "logon type 10"]),
        ],
        rules: [
            Rule(
                name: "hosts-by-user", signal: "remote", by: .user, threshold: 2, distinct: .host, minutes: 60,
                verdict: .high,
                meaning: "{subject} used remote execution on {count} hosts in {minutes} minutes"),
            Rule(
                name: "hosts-from-address", signal: "remote", by: .sourceAddress, threshold: 3, distinct: .host,
                minutes: 60, verdict: .critical,
                meaning: "{subject} reached {count} hosts by remote execution in {minutes} minutes"),
            Rule(
                name: "logins-by-user", signal: "login", by: .user, threshold: 10, distinct: .host, minutes: 30,
                verdict: .medium,
                meaning: "{subject} logged in to {count} hosts in {minutes} minutes"),
        ],
        actions: [
            "Disable the account and end its sessions on every host it reached.",
            "Isolate the host the movement began at; look there for how its credentials were taken.",
            "Search for the same account and tools on all hosts.",
        ],
        falsePositives: ["Software distribution or configuration management from its known server and account."])
}
