extension Playbook {
    /// Data that leaves (TA0010).
    static let dataExfiltration = Playbook(
        id: "data-exfiltration", title: "Data leaving the host",
        signals: [
            Signal(
                name: "transfer", groups: ["exfiltration", "data_loss", "dlp"],
                techniques: ["T1041", "T1048", "T1567", "T1020", "T1030"],
                phrases: [
                    "exfiltrat", "large upload", "outbound transfer", "data leak", "dns tunnel", "rclone",
                    "uploaded to", "bytes sent to",
                    "unusual volume of outbound",
                ]),
            Signal(
                name: "staging", techniques: ["T1560", "T1074"],
                phrases: ["archive created", "tar czf /tmp", "7z a ", "rar a ", "compress-archive", "data staged"]),
        ],
        rules: [
            Rule(
                name: "transfers-from-host", signal: "transfer", by: .host, threshold: 3, minutes: 60, verdict: .high,
                meaning: "{count} signs of data leaving {subject} in {minutes} minutes"),
            Rule(
                name: "transfer-after-staging", signal: "transfer", by: .host, threshold: 1,
                after: (signal: "staging", count: 1), minutes: 240,
                verdict: .critical,
                meaning: "data was gathered on {subject} and then sent out within {minutes} minutes"),
        ],
        actions: [
            "Find out what was sent, how much and where to: flow records, proxy logs, `bailey egress`.",
            "Cut the destination off for this host; keep the process and its files as evidence.",
            "Ask the data's owner whether persons or customers are concerned: terms for notification may run.",
        ],
        falsePositives: [
            "A backup or a synchronisation to a destination that is approved.",
            "A release that is uploaded to a registry.",
        ])
}
