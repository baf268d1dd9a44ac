extension Playbook {
    /// Around the guards: policy, broker, audit, sensors (T1562).
    static let guardBypass = Playbook(
        id: "guard-bypass", title: "Around the guards",
        signals: [
            Signal(
                name: "bypass", groups: ["guard_bypass", "defense_evasion", "rootcheck"],
                techniques: ["T1562", "T1070", "T1685", "T1690"],
                phrases: [
                    "audit log is not sound", "chain break", "auditd stopped", "agent stopped",
                    "wazuh agent disconnected", "log cleared",
                    "event log was cleared", "selinux disabled", "setenforce 0", "firewall disabled", "ufw disable",
                    "iptables -f",
                    "policy file changed", "guard was bypassed", "hook was removed",
                ]),
            Signal(
                name: "denied",
                phrases: ["denied by policy", "command denied", "approval was refused", "not permitted by policy"],
                findingKinds: ["command-denied"]),
        ],
        rules: [
            Rule(
                name: "bypass", signal: "bypass", by: .host, threshold: 1, minutes: 60, verdict: .high,
                meaning: "a guard of {subject} was switched off or gone around"),
            Rule(
                name: "denials-of-user", signal: "denied", by: .user, threshold: 5, minutes: 30, verdict: .high,
                meaning: "{subject} was denied {count} times in {minutes} minutes and went on trying"),
            Rule(
                name: "bypass-after-denial", signal: "bypass", by: .host, threshold: 1,
                after: (signal: "denied", count: 1), minutes: 60,
                verdict: .critical,
                meaning: "a guard of {subject} was gone around after it had denied something within {minutes} minutes"),
        ],
        actions: [
            "Switch the guard on again and verify its records: `bailey audit verify`.",
            "See who had the rights to do it, and what happened while it was off.",
            "Treat what ran on the host in between as not known, until it is.",
        ],
        falsePositives: [
            "Maintenance that was announced, by a person who may.", "An upgrade that restarts the sensor.",
        ])
}
