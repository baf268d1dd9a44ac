extension Playbook {
    /// Files taken hostage (T1486), and the ways back destroyed first (T1490).
    static let ransomware = Playbook(
        id: "ransomware", title: "Files taken hostage",
        signals: [
            Signal(
                name: "encryption", groups: ["ransomware"], techniques: ["T1486"],
                phrases: [
                    "ransomware", "ransom note", "files encrypted", "encrypted files", "mass file modification",
                    ".locked", "readme_decrypt", "how to decrypt",
                ]),
            Signal(
                name: "recovery-inhibited", techniques: ["T1490"],
                phrases: [
                    "vssadmin delete", "delete shadows", "shadow copies", "wbadmin delete", "bcdedit /set",
                    "backup deleted", "snapshots deleted",
                ]),
        ],
        rules: [
            Rule(
                name: "encryption", signal: "encryption", by: .host, threshold: 1, minutes: 60, verdict: .high,
                meaning: "a sign of encryption on {subject}"),
            Rule(
                name: "recovery-inhibited", signal: "recovery-inhibited", by: .host, threshold: 1, minutes: 60,
                verdict: .high,
                meaning: "ways to restore {subject} were removed"),
            Rule(
                name: "encryption-after-recovery-inhibited", signal: "encryption", by: .host, threshold: 1,
                after: (signal: "recovery-inhibited", count: 1),
                minutes: 240,
                verdict: .critical, meaning: "files are encrypted on {subject} after its ways back were removed"),
            Rule(
                name: "mass-encryption", signal: "encryption", by: .host, threshold: 20, minutes: 10,
                verdict: .critical,
                meaning: "{count} signs of encryption on {subject} in {minutes} minutes"),
        ],
        actions: [
            "Take the host off the network now; do not switch it off: keys may be in its memory.",
            "Take backups offline, and check that they can be restored.",
            "Find the first host and how it was entered before anything is restored.",
        ],
        falsePositives: ["Disk encryption or an archive job that was planned.", "A test of the detection."])
}
