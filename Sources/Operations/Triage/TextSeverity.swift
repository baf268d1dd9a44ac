/// How bad a text that has no severity sounds.
enum TextSeverity {
    private static let words: [(AlertSeverity, [String])] = [
        (
            .critical,
            [
                "ransomware", "encrypted files", "shadow copies", "vssadmin delete", "domain admin", "golden ticket",
                "dcsync",
            ]
        ),
        (
            .high,
            [
                "mimikatz", "lsass", "reverse shell", "exfiltrat", "lateral movement", "c2 ", "command and control",
                "beacon", "rootkit",
                "privilege escalation", "credential dump", "webshell", "web shell", "malware", "trojan", "backdoor",
                "brute force", "exploit",
            ]
        ),
        (
            .medium,
            [
                "failed password", "suspicious", "unusual", "encodedcommand", "-enc ", "unauthorized", "denied", "scan",
                "anomal", "blocked",
            ]
        ),
    ]

    private static let index = PhraseIndex(words.flatMap(\.1))

    static func severity(of text: String) -> AlertSeverity {
        let found = index.phrases(in: text)
        return words.first { _, words in words.contains(where: found.contains) }?.0 ?? .low
    }
}
