import Testing

@testable import Masking

@Suite struct SecretMaskingTests {
    @Test("Each pattern finds what it says it finds", arguments: SecretPatterns.all)
    func finds(pattern: any SecretPattern.Type) {
        #expect(!pattern.finds.isEmpty)
        for example in pattern.finds {
            #expect(!pattern.secrets(in: ScannedText(example.text)).isEmpty, "\(example.text)")
            #expect(SecretMasking.masked(example.text) == example.masked)
        }
    }

    @Test("Each pattern leaves alone what only looks like it", arguments: SecretPatterns.all)
    func leaves(pattern: any SecretPattern.Type) {
        #expect(!pattern.leaves.isEmpty)
        for text in pattern.leaves { #expect(SecretMasking.masked(text) == text) }
    }

    @Test("The first look at a text lets no secret by, wherever an example is cut", arguments: SecretPatterns.all)
    func firstLook(pattern: any SecretPattern.Type) {
        for example in pattern.finds.map({ Array($0.text.utf8) }) {
            for start in example.indices {
                for end in start..<example.count {
                    let text = String(decoding: example[start...end], as: UTF8.self)
                    guard !pattern.secrets(in: ScannedText(text)).isEmpty else { continue }
                    #expect(ScannedText.mayHoldSecret(text), "\(text)")
                }
            }
        }
    }

    @Test(
        "A name is a secret's by its last letters, whatever separates them",
        arguments: [
            ("password", true), ("API-KEY", true), ("api_k_e_y_", true), ("x.Cre.dentialS", true), ("db.pw", true),
            ("-pass", true), ("pw", false), ("y", false), ("-_.", false), ("", false), ("passwor", false),
            ("monkey", false), ("rewind", false),
        ])
    func names(name: String, isSecret: Bool) { #expect(SecretName.isSecret(Array(name.utf8)) == isSecret) }

    @Test(
        "Secrets are told by their place in a command line",
        arguments: [
            (["mysql", "-uroot", "-phunter2"], ["mysql", "-uroot", "-p[masked]"]),
            (["/usr/bin/mysqldump", "-p", "shop"], ["/usr/bin/mysqldump", "-p", "shop"]),
            (["mkdir", "-p", "a/b"], ["mkdir", "-p", "a/b"]),
            (["cp", "-parents", "x"], ["cp", "-parents", "x"]),
            (["sudo", "-u", "db", "mysql", "-phunter2"], ["sudo", "-u", "db", "mysql", "-p[masked]"]),
            (["curl", "-u", "alice:hunter2", "https://h"], ["curl", "-u", "alice:[masked]", "https://h"]),
            (["curl", "-ualice:hunter2"], ["curl", "-ualice:[masked]"]),
            (["curl", "--user=alice:hunter2"], ["curl", "--user=alice:[masked]"]),
            (["curl", "-u", "alice"], ["curl", "-u", "alice"]),
            (["sshpass", "-p", "hunter2", "ssh", "h"], ["sshpass", "-p", "[masked]", "ssh", "h"]),
            (["sshpass", "-phunter2", "ssh"], ["sshpass", "-p[masked]", "ssh"]),
            (["sshpass", "-p\u{301}hunter2", "ssh"], ["sshpass", "-p[masked]", "ssh"]),
            (["openssl", "rsa", "-passin", "pass:\u{301}hunter2"], ["openssl", "rsa", "-passin", "pass:[masked]"]),
            (["redis-cli", "-a", "hunter2"], ["redis-cli", "-a", "[masked]"]),
            (["openssl", "rsa", "-passin", "pass:hunter2"], ["openssl", "rsa", "-passin", "pass:[masked]"]),
            (["openssl", "rsa", "-passin", "file:/k"], ["openssl", "rsa", "-passin", "file:/k"]),
            (["tool", "--password", "hunter2"], ["tool", "--password", "[masked]"]),
            (["tool", "--password=two words; more", "x"], ["tool", "--password=[masked]", "x"]),
            (["tool", "--token", "--force"], ["tool", "--token", "--force"]),
            (["tool", "--password-file", "/k"], ["tool", "--password-file", "/k"]),
            (["env", "DB_PASS=x y", "tool"], ["env", "DB_PASS=[masked]", "tool"]),
            (["docker", "login", "-p", "hunter2"], ["docker", "login", "-p", "[masked]"]),
            (["docker", "run", "-p", "80:80"], ["docker", "run", "-p", "80:80"]),
            (["sh", "-c", "mysql --password=hunter2 x"], ["sh", "-c", "mysql --password=[masked] x"]),
            (["passwd", "alice"], ["passwd", "alice"]), (["--password"], ["--password"]), ([], []),
        ])
    func arguments(arguments: [String], masked: [String]) {
        #expect(SecretMasking.masked(arguments: arguments) == masked)
    }

    @Test("A variable whose name tells is masked whole, another by what is in it")
    func environment() {
        let masked = SecretMasking.masked(environment: [
            ("PGPASSWORD", "a b"), ("LANG", "C"), ("PWD", "/x"), ("URL", "https://u:p@h/"), ("GITHUB_TOKEN", ""),
        ])
        #expect(masked.map(\.value) == ["[masked]", "C", "/x", "https://u:[masked]@h/", ""])
    }

    @Test("Text that is masked already stays as it is")
    func idempotence() {
        for example in SecretPatterns.all.flatMap({ $0.finds }) {
            #expect(SecretMasking.masked(SecretMasking.masked(example.text)) == SecretMasking.masked(example.text))
        }
    }

    @Test(
        "A megabyte that every pattern looks at closely takes no longer than any other",
        arguments: [
            "password=", "token ", "://", "-----BEGIN ", "hooks.slack.com/services/", "authorization:", "a@",
            "--token ",
            "password='", "eyJ", "cookie: ", "\\\"", "secret:\"\\",
        ])
    func linearTime(unit: String) {
        let text = String(repeating: unit, count: 300_000 / unit.utf8.count)
        let took = ContinuousClock().measure { _ = SecretMasking.masked(text) }
        // A debug build under load takes a second or so; time in proportion to the square would be minutes.
        #expect(took < .seconds(20))
    }
}
