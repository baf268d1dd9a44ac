extension Playbook {
    /// Interpreters made to run what nobody installed (T1059).
    static let suspiciousScripting = Playbook(
        id: "suspicious-scripting", title: "A script that hides or fetches what it runs",
        signals: [
            Signal(
                name: "script", groups: ["powershell", "script_execution"],
                techniques: ["T1059", "T1027", "T1140", "T1105"],
                phrases: [
                    "-encodedcommand", " -enc ", "-e jab", "frombase64string", "downloadstring", "invoke-expression",
                    "iex(", "iex (",
                    "curl | sh", "curl | bash", "| sh", "| bash", "base64 -d", "mshta http", "regsvr32 /i:http",
                    "certutil -urlcache",
                    "bash -i >& /dev/tcp", "python -c 'import socket", "wscript.shell", "eval(",
                ]),
            Signal(
                name: "callback", techniques: ["T1071", "T1571", "T1095"],
                phrases: ["reverse shell", "/dev/tcp/", "beacon", "command and control", "c2 server", "nc -e"]),
        ],
        rules: [
            Rule(
                name: "scripts-on-host", signal: "script", by: .host, threshold: 3, minutes: 30, verdict: .high,
                meaning: "{count} scripts that hide or fetch what they run on {subject} in {minutes} minutes"),
            Rule(
                name: "callback-after-script", signal: "callback", by: .host, threshold: 1,
                after: (signal: "script", count: 1), minutes: 60,
                verdict: .critical,
                meaning: "a script on {subject} was followed by a connection back within {minutes} minutes"),
        ],
        actions: [
            "Decode the script and see what it fetched and ran; keep both.",
            "End the process tree; look for what makes it start again: cron, services, run keys.",
            "Search for the same script, its hash and its destinations on all hosts.",
        ],
        falsePositives: [
            "Configuration management that encodes its commands, from its known parent process.",
            "An installer that a person ran.",
        ])
}
