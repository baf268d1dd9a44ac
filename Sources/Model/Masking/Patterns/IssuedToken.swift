/// Tokens that begin with what their issuer is known by.
enum IssuedToken: SecretPattern {
    /// A form of token: its start, what it goes on with, and how much of that there is at least.
    private struct Form {
        let prefix: String
        let count: Int
        var isUppercase = false
    }

    private static let forms = [
        // AWS: access key ids, of users and of sessions.
        Form(prefix: "AKIA", count: 16, isUppercase: true), Form(prefix: "ASIA", count: 16, isUppercase: true),
        // GitHub.
        Form(prefix: "ghp_", count: 36), Form(prefix: "gho_", count: 36), Form(prefix: "ghu_", count: 36),
        Form(prefix: "ghs_", count: 36), Form(prefix: "ghr_", count: 36), Form(prefix: "github_pat_", count: 22),
        // GitLab: personal, deploy, runner, trigger, job.
        Form(prefix: "glpat-", count: 20), Form(prefix: "gldt-", count: 20), Form(prefix: "glrt-", count: 20),
        Form(prefix: "glptt-", count: 20), Form(prefix: "glcbt-", count: 20),
        // Slack: bots, users, apps, refresh.
        Form(prefix: "xoxb-", count: 20), Form(prefix: "xoxp-", count: 20), Form(prefix: "xoxa-", count: 20),
        Form(prefix: "xoxr-", count: 20), Form(prefix: "xoxs-", count: 20), Form(prefix: "xapp-", count: 20),
        // Stripe, Google, npm, PyPI, SendGrid, and the keys of language models.
        Form(prefix: "sk_live_", count: 16), Form(prefix: "rk_live_", count: 16), Form(prefix: "AIza", count: 35),
        Form(prefix: "npm_", count: 36), Form(prefix: "pypi-", count: 50), Form(prefix: "SG.", count: 40),
        Form(prefix: "sk-ant-", count: 20), Form(prefix: "sk-proj-", count: 20),
        // JSON Web Tokens: a header `{"…` in base64.
        Form(prefix: "eyJ", count: 40),
    ]

    /// Most words are shorter than any of them.
    private static let shortest = forms.map { $0.prefix.utf8.count + $0.count }.min() ?? 0

    static let finds: [(text: String, masked: String)] = [
        ("AKIAIOSFODNN7EXAMPLE", "[masked]"),
        ("id=ASIAIOSFODNN7EXAMPLE,", "id=[masked],"),
        ("https://x/?t=ghp_0123456789abcdefghijABCDEFGHIJ456789", "https://x/?t=[masked]"),
        ("github_pat_11ABCDEFG0abcdefghijkl_mnop", "[masked]"),
        ("use glpat-abcdefghij0123456789 now", "use [masked] now"),
        ("xoxb-123456789012-abcdefABCDEF", "[masked]"),
        ("sk_live_0123456789abcdefABCDEF", "[masked]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "[masked]"),
        (
            "https://hooks.slack.com/services/T00000000/B00000000/0123456789abcdef",
            "https://hooks.slack.com/services/[masked]"
        ),
    ]
    static let leaves = [
        "AKIA", "AKIAshort", "ghp_short", "glpat-", "xoxb-1", "npm_config_cache", "skeleton", "eyJustAWord",
        "xAKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLEANDMORE", "pypi-simple",
    ]

    private static let webhookHost = Array("hooks.slack.com".utf8)
    private static let webhook = Array("hooks.slack.com/services/".utf8)

    static func secrets(in text: ScannedText) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var covered = 0
        text.forEachName { name in
            guard name.lowerBound >= covered else { return }
            if name.count >= shortest, let form = forms.first(where: { text.has($0.prefix, at: name.lowerBound) }) {
                let rest = text.bytes[name].dropFirst(form.prefix.utf8.count)
                let fits =
                    form.isUppercase
                    ? rest.count == form.count && rest.allSatisfy { !(0x61...0x7a).contains($0) && $0.isNamePart }
                    : rest.count >= form.count
                if fits { found.append(name) }
            }
            // The path of a webhook of Slack is all the proof it asks for.
            if name.count == webhookHost.count, text.bytes[name].elementsEqual(webhookHost),
                text.bytes[name.lowerBound...].starts(with: webhook)
            {
                let start = name.lowerBound + webhook.count
                found.append(start..<text.end(from: start, while: \.isTokenPart))
                covered = found.last?.upperBound ?? covered
            }
        }
        return found
    }
}
