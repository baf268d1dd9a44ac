import Foundation
import JSON
import TestSupport
import Testing

/// `bailey token …` and `bailey totp …`, as a person or a provisioning script uses them, on a tree of the test's own.
@Suite(.patience, .enabled(if: FileSystemUser.isRoot, "what the broker trusts is root's alone"))
struct SecretCommandTests {
    let program: BuiltProgram

    init() throws {
        program = try BuiltProgram()
        try program.tree.addDirectory("host")
    }

    private static let python: String? = {
        let venv = ProcessInfo.processInfo.environment["BAILEY_TEST_VENV"] ?? "\(Checkout.path)/.build/venv"
        let path = "\(venv)/bin/python3"
        let hasPyOTP = (try? RunningProgram.output(of: [path, "-c", "import pyotp"])) != nil
        return hasPyOTP ? path : nil
    }()

    /// At a terminal: waits for each text and types its answer.
    private func session(_ arguments: String, _ steps: [(String, String)]) async throws -> Outcome {
        let json = String(decoding: try JSONEncoder().encode(steps.map { [$0.0, $0.1] }), as: UTF8.self)
        let driver = "\(Checkout.path)/Tests/EndToEndTests/TerminalSession.py"
        return try await program.shell(
            "exec \(Self.python ?? "python3") \(driver) '\(json)' $bailey \(arguments) --root $tree/host")
    }

    @Test("A token is typed twice, shown nowhere, and set; status and remove say what holds")
    func token() async throws {
        let secret = "correct horse battery"
        let set = try await session("token set", [("New token (approval): ", secret), ("The same again: ", secret)])
        #expect(set.status == 0, "\(set.output)")
        #expect(set.output.contains("The token 'approval' is set."))
        #expect(!set.output.contains("horse"))
        let kept = try program.tree.text(of: "host/var/lib/bailey/tokens/approval")
        #expect(kept.hasPrefix("$scrypt$ln=15,"))
        let status = try await program.bailey("token status --json --root $tree/host")
        #expect(try JSONValue(parsing: Array(status.output.utf8))["set"]?.flag == true)
        let remove = try await program.bailey("token remove --root $tree/host")
        #expect(remove.output == "The token 'approval' is removed.\n")
        #expect(try await program.bailey("token status --root $tree/host").output.hasPrefix("There is no token"))
    }

    @Test("A token that differs the second time, is too short or interrupted changes nothing")
    func refusedToken() async throws {
        for (steps, reason) in [
            (
                [("New token", "correct horse battery"), ("again", "correct horse batterie")],
                "was not the same both times"
            ),
            ([("New token", "short")], "has fewer than 12 characters"),
            ([("New token", "correct\u{3}")], "interrupted"),
        ] {
            let run = try await session("token set", steps)
            #expect(run.status == 3, "\(run.output)")
            #expect(run.output.contains(reason), "\(run.output)")
        }
        #expect(throws: (any Error).self) { try program.tree.text(of: "host/var/lib/bailey/tokens/approval") }
    }

    @Test("A token is taken from standard input only where that is asked for, one line, and never from the environment")
    func provisioning() async throws {
        let piped = try await program.shell(
            "printf 'correct horse battery\\n' | setsid $bailey token set --root $tree/host")
        #expect(piped.status == 3)
        #expect(piped.errors.contains("/dev/tty"), "\(piped.errors)")
        let environment = try await program.shell(
            "BAILEY_TOKEN='correct horse battery' TOKEN='correct horse battery' setsid $bailey token set --stdin --root $tree/host </dev/null"
        )
        #expect(environment.status == 3)
        let lines = try await program.shell(
            "printf 'correct horse battery\\nmore\\n' | $bailey token set --stdin --root $tree/host")
        #expect(lines.status == 3)
        #expect(lines.errors.contains("has more lines"))
        let asked = try await program.shell(
            "printf 'correct horse battery\\n' | $bailey token set deploy --stdin --root $tree/host")
        #expect(asked.status == 0, "\(asked.errors)")
        #expect(try program.tree.text(of: "host/var/lib/bailey/tokens/deploy").hasPrefix("$scrypt$"))
    }

    @Test(
        "Who is not root is told that it takes root",
        arguments: ["token set", "token status", "totp enrol root", "totp remove root"])
    func notRoot(command: String) async throws {
        let run = try await program.shell(
            "exec $bailey \(command) --root $tree/host", by: "setpriv --reuid 65534 --regid 65534 --clear-groups")
        #expect(run.status == 3)
        #expect(run.errors.contains("takes root"), "\(run.errors)")
    }

    @Test(
        "A key is drawn on the terminal's second screen and kept once a code of it was typed",
        .enabled(if: python != nil, "no Python environment with pyotp (BAILEY_TEST_VENV)"))
    func enrolAtTerminal() async throws {
        let run = try await session("totp enrol nobody", ["000000", "TOTP"].map { ("A code of the app: ", $0) })
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("\u{1b}[?1049h") && run.output.contains("\u{1b}[?1049l"))
        #expect(run.output.contains("▀") && run.output.contains("nobody is enrolled: codes of the app count"))
        #expect(try program.tree.text(of: "host/var/lib/bailey/totp/65534").hasPrefix("SHA1 6 "))
        let again = try await session("totp enrol nobody", [])
        #expect(again.status == 3)
        #expect(again.output.contains("is enrolled already"))
    }

    @Test("A key that no code proved is not kept, and nothing of it reaches a pipe")
    func unproven() async throws {
        let wrong = try await session(
            "totp enrol nobody",
            ["000000", "000001", "abcdef"].map { ("A code of the app: ", $0) })
        #expect(wrong.status == 3)
        #expect(wrong.output.contains("the key was not kept"))
        let piped = try await program.shell(
            "setsid $bailey totp enrol nobody --stdin --root $tree/host </dev/null | cat")
        #expect(!piped.output.contains("otpauth") && !piped.output.contains("▀"))
        #expect(piped.errors.contains("needs a terminal"), "\(piped.errors)")
        #expect(throws: (any Error).self) { try program.tree.text(of: "host/var/lib/bailey/totp/65534") }
    }

    @Test(
        "An authenticator app that is not ours takes the address and makes codes that count",
        .enabled(if: python != nil, "no Python environment with pyotp (BAILEY_TEST_VENV)"),
        arguments: [("SHA1", "6"), ("SHA256", "8")])
    func authenticator(digest: String, digits: String) async throws {
        try program.tree.add(
            "app.py",
            """
            import subprocess, sys, pyotp
            command = sys.argv[1:] + ["totp", "enrol", "nobody", "--address", "--stdin", "--digest", "\(digest)", "--digits", "\(digits)"]
            program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            app = pyotp.parse_uri(program.stdout.readline().strip())
            print(app.issuer, app.digits, app.digest().name, app.interval, app.name.split("@")[0])
            program.communicate(app.now() + "\\n")
            sys.exit(program.returncode)
            """)
        let run = try await program.shell("exec \(Self.python ?? "") $tree/app.py $bailey --root $tree/host")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "Bailey \(digits) \(digest.lowercased()) 30 nobody\n")
        #expect(try program.tree.text(of: "host/var/lib/bailey/totp/65534").hasPrefix("\(digest) \(digits) "))
        let status = try await program.bailey("totp status nobody --json --root $tree/host")
        let document = try JSONValue(parsing: Array(status.output.utf8))
        #expect(document["enrolled"]?.flag == true)
        #expect(
            !status.output.contains(
                try program.tree.text(of: "host/var/lib/bailey/totp/65534").split(separator: " ")[2]))
    }
}
