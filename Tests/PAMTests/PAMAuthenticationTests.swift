import Foundation
import TestSupport
import Testing

/// Real PAM with its real modules, in a mount namespace where the accounts and the rules are the test's.
@Suite(.enabled(if: FileSystemUser.isRoot, "mount namespaces need root"))
struct PAMAuthenticationTests {
    private static let rules = [
        "bailey": "auth required pam_unix.so nodelay\naccount required pam_unix.so\n",
        "nobody": "auth required pam_deny.so\naccount required pam_deny.so\n",
        "missing": "auth required pam_no_such_module.so\naccount required pam_permit.so\n",
        "slow": "auth required pam_exec.so quiet /bin/sleep 600\naccount required pam_permit.so\n",
        "slow-account": "account required pam_exec.so quiet /bin/sleep 600\n",
        "missing-account": "account required pam_no_such_module.so\n",
        "no-account": "auth required pam_permit.so\n",
        "nologin": "account required pam_nologin.so file=/etc/pam.d/told\n", "told": "back at \n noon\n",
        "listed": "account required pam_listfile.so item=user sense=deny file=/etc/pam.d/list onerr=fail\n",
        "list": "ada\n",
        "items": "auth required pam_exec.so stdout quiet /usr/bin/env\naccount required pam_permit.so\n",
    ]

    /// Runs the probe and returns its lines. Without answers to give, not even none, it asks for the account alone.
    private func probe(_ service: String, _ user: String, answers: [String]?, seconds: Double = 30) throws -> [String] {
        let tree = try TemporaryTree()
        for (name, text) in Self.rules { try tree.add("pam.d/\(name)", text) }
        try tree.add("pam.d/other", "auth required pam_deny.so\naccount required pam_deny.so\n")
        try tree.add(
            "passwd",
            "root:x:0:0::/root:/bin/sh\n"
                + ["ada", "eve", "old", "none", "new"].map {
                    "\($0):x:4001:4001::/nonexistent:/bin/sh\n"
                }.joined())
        let hash = try RunningProgram.output(of: ["openssl", "passwd", "-6", "-salt", "bailey", "correct horse"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        // `old` expired in 1970, `none` has no password at all, `eve` a locked one, and `new` has to change it.
        try tree.add(
            "shadow",
            "ada:\(hash):19000:0:99999:7:::\neve:!\(hash):19000:0:99999:7:::\nold:\(hash):19000:0:99999:7::1:\nnone::19000:0:99999:7:::\nnew:\(hash):0:0:99999:7:::\n",
            TemporaryTree.Attributes(mode: 0o600))
        let script = """
            set -e
            mount --make-rprivate /
            for name in pam.d passwd shadow; do mount --bind "$1/$name" "/etc/$name"; done
            shift
            exec "$@"
            """
        let command =
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", script, "sh", tree.path]
            + [try Self.probePath()] + (answers == nil ? ["--account"] : [])
            + [service, user, "\(seconds)"] + (answers ?? [])
        return try RunningProgram.output(of: command).split(separator: "\n").map(String.init)
    }

    /// The probe stands beside the test bundle.
    private static func probePath() throws -> String {
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let places = [executable, URL(filePath: CommandLine.arguments[0])].map { $0.deletingLastPathComponent() }
        let paths = places.map { $0.appending(path: "PAMProbe").path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    @Test("The right password proves the account, and is asked for with echo off")
    func right() throws {
        #expect(try probe("bailey", "ada", answers: ["correct horse"]) == ["secret(\"Password: \")", "proven"])
    }

    @Test(
        "A wrong or empty password, and one with something after it, are wrong",
        arguments: ["wrong", "", "correct horse "])
    func wrong(answer: String) throws {
        #expect(try probe("bailey", "ada", answers: [answer]).last == "wrong")
    }

    @Test(
        "Who gives no answer, or one longer than modules take, has tried nothing",
        arguments: [[], [String(repeating: "a", count: 512)]])
    func unanswered(answers: [String]) throws {
        #expect(try probe("bailey", "ada", answers: answers).last == "unanswered")
    }

    @Test(
        "An unknown user, a locked account and one without a password are wrong whatever is typed",
        arguments: ["nemo", "eve", "none"])
    func unknown(user: String) throws {
        #expect(try probe("bailey", user, answers: ["correct horse"]).last == "wrong")
        #expect(try probe("bailey", user, answers: [""]).last == "wrong")
    }

    @Test("An expired account is not usable though the password is right")
    func expired() throws {
        let last = try probe("bailey", "old", answers: ["correct horse"]).last
        #expect(last?.contains("accountUnusable(reason: \"User account has expired\")") == true, "\(last ?? "")")
    }

    @Test(
        "A service that denies, and one that nobody configured, prove nothing", arguments: ["nobody", "unconfigured"])
    func denied(service: String) throws {
        #expect(try probe(service, "ada", answers: ["correct horse"]).last == "wrong")
    }

    @Test("A module that is missing is an error, never a proof")
    func missingModule() throws {
        let last = try probe("missing", "ada", answers: ["correct horse"]).last
        #expect(last == "PAM: Module is unknown", "\(last ?? "")")
    }

    @Test("A module that never returns ends the wait at the limit")
    func slow() throws {
        let started = ContinuousClock.now
        let last = try probe("slow", "ada", answers: [], seconds: 0.3).last
        #expect(last?.hasPrefix("PAM: the modules of slow took longer") == true, "\(last ?? "")")
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test(
        "The account modules alone say whether an account may be used, and nothing is asked for",
        arguments: [
            ("bailey", "ada", "usable"), ("bailey", "eve", "usable"), ("bailey", "none", "usable"),
            ("bailey", "new", "passwordToBeChanged"), ("listed", "eve", "usable"),
            (
                "bailey", "old",
                "unusable(why: \"User account has expired: Your account has expired; please contact your system administrator.\")"
            ),
            ("listed", "ada", "unusable(why: \"Authentication failure\")"),
            ("nologin", "ada", "unusable(why: \"Authentication failure: back at noon\")"),
            ("bailey", "nemo", "unusable(why: \"User not known to the underlying authentication module\")"),
        ])
    func account(service: String, user: String, verdict: String) throws {
        #expect(try probe(service, user, answers: nil) == [verdict])
    }

    @Test("Without account modules, of its own or of the service other, nobody may be used; a missing one is an error")
    func noAccountModules() throws {
        #expect(try probe("no-account", "ada", answers: nil).last?.hasPrefix("unusable(") == true)
        #expect(try probe("unconfigured", "ada", answers: nil).last?.hasPrefix("unusable(") == true)
        #expect(try probe("missing-account", "ada", answers: nil) == ["PAM: Module is unknown"])
    }

    @Test("An account module that never returns ends the wait at the limit")
    func slowAccount() throws {
        let last = try probe("slow-account", "ada", answers: nil, seconds: 0.3).last
        #expect(last?.hasPrefix("PAM: the modules of slow-account took longer") == true, "\(last ?? "")")
    }

    @Test("Modules are told who asks, for whom and where")
    func items() throws {
        let lines = try probe("items", "ada", answers: [])
        for item in ["PAM_USER=ada", "PAM_RUSER=tester", "PAM_TTY=/dev/pts/7", "PAM_SERVICE=items"] {
            #expect(lines.contains { $0.contains(item) }, "\(lines)")
        }
        #expect(lines.last == "proven")
    }
}
