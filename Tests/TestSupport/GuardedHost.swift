private import Foundation
private import Glibc

/// A host of a test's own, in namespaces: accounts, groups, passwords, PAM, a policy, and the broker as it was built. All of it lies on a
/// file system in memory that only the processes of this host see, and goes away with them.
///
/// `ada` and `bob` are people, of whom `bob` and `eve` are approvers; `claude` is an AI agent. Everybody's password is `secret`.
package final class GuardedHost {
    private let holder: RunningProgram
    private let programs: String

    /// - Parameters:
    ///   - programs: the directory of the built programs.
    ///   - rules: what stands below `rules:` in the policy, a rule a line.
    package init(programs: String, settings: String = GuardedHost.settings, rules: [String], prompts: String? = nil) throws {
        self.programs = programs
        let script = Self.setUp(password: try Self.passwordHash)
        holder = try RunningProgram(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", script])
        try write("/run/policy/command-policy.yaml", Self.policy(settings, rules))
        if let prompts { try write("/run/policy/prompt-policy.yaml", prompts) }
        try startBroker()
    }

    package static let settings = """
        schema: 1
        approvers: { group: approvers }
        agents: { users: [claude] }
        """

    package static func policy(_ settings: String = GuardedHost.settings, _ rules: [String]) -> String {
        settings + "\nrules:\n" + rules.map { "  - \($0)\n" }.joined()
    }

    private static var passwordHash: String { get throws { try RunningProgram.output(of: ["openssl", "passwd", "-6", "-salt", "bailey", "secret"]) } }

    private static func setUp(password: String) -> String {
        """
        set -e
        mount --make-rprivate /
        mount -t tmpfs -o mode=755 tmpfs /run
        mkdir -m 755 /run/bailey /run/policy /run/etc /run/etc/pam.d /run/home
        hash='\(password.trimmingCharacters(in: .whitespacesAndNewlines))'
        echo 'root:x:0:0::/run/home/root:/bin/bash' > /run/etc/passwd
        echo "root:$hash:19000:0:99999:7:::" > /run/etc/shadow
        chmod 600 /run/etc/shadow
        printf 'root:x:0:\\ntty:x:5:\\nshadow:x:42:\\napprovers:x:4100:bob,eve\\nweb:x:4101:ada\\nnogroup:x:65534:\\n' > /run/etc/group
        number=4001
        for name in ada bob eve claude old; do
            echo "$name:x:$number:$number::/run/home/$name:/bin/bash" >> /run/etc/passwd
            echo "$name:$hash:19000:0:99999:7:::" >> /run/etc/shadow
            echo "$name:x:$number:" >> /run/etc/group
            mkdir -m 700 /run/home/$name
            chown $number:$number /run/home/$name
            number=$((number + 1))
        done
        mkdir -m 700 /run/home/root
        echo 'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin' >> /run/etc/passwd
        printf 'auth required pam_unix.so nodelay\\naccount required pam_unix.so\\n' > /run/etc/pam.d/bailey
        printf 'auth required pam_deny.so\\naccount required pam_deny.so\\n' > /run/etc/pam.d/other
        for name in passwd shadow group pam.d; do mount --bind /run/etc/$name /etc/$name; done
        echo ready
        exec cat
        """
    }

    /// What brings a command into the host.
    private var entrance: [String] {
        let id = holder.id
        return [
            "/usr/bin/nsenter", "--mount=/proc/\(id)/ns/mnt", "--pid=/proc/\(id)/ns/pid_for_children",
        ]
    }

    private func command(_ script: String, as user: String, terminal: Bool) -> [String] {
        let identity = ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
        let session = ["setsid"] + (terminal ? ["--ctty"] : []) + ["--wait"]
        return entrance + session + (user == "root" ? [] : identity) + ["bash", "--norc", "-c", "\(Self.preparation)\n\(script)"]
    }

    /// What a test's other children have open, and these inherit, is not theirs to hold: whoever waits for the end of it would wait for the
    /// broker's.
    private static let preparation = """
        for file in /proc/$$/fd/*; do number=${file##*/}; if [ $number -gt 2 ]; then eval "exec $number>&-"; fi; done
        cd /run
        """

    private var environment: [String: String] { ["PATH": "\(programs):/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"] }

    package struct Outcome: Sendable {
        package var status: Int32
        package var output: String
        package var errors: String
    }

    /// Runs a script without a terminal, to its end.
    package func run(_ script: String, as user: String = "ada", input: String = "") throws -> Outcome {
        let process = try start(command(script, as: user, terminal: false), input: input)
        return try process.finish()
    }

    /// Starts a script without a terminal.
    package func start(_ script: String, as user: String = "ada") throws -> StartedProgram {
        try start(command(script, as: user, terminal: false), input: "")
    }

    private func start(_ command: [String], input: String) throws -> StartedProgram {
        try StartedProgram(command, environment: environment, input: input)
    }

    /// Starts a script at a terminal of its own.
    package func terminal(_ script: String, as user: String = "ada") throws -> TerminalSession {
        try TerminalSession(command(script, as: user, terminal: true), environment: environment)
    }

    package func write(_ path: String, _ text: String) throws {
        let outcome = try run("umask 022; cat > \(path).new; mv \(path).new \(path)", as: "root", input: text)
        guard outcome.status == 0 else { throw ProgramFailure(text: outcome.errors) }
    }

    /// Starts the broker, and returns once it listens.
    package func startBroker() throws {
        let script = """
            bailey-broker --policies /run/policy --state /run/state --runtime /run/bailey > /run/broker.log 2>&1 &
            echo $! > /run/broker.pid
            until grep -q ready /run/broker.log; do kill -0 $! || { cat /run/broker.log; exit 1; }; done
            """
        let outcome = try run(script, as: "root")
        guard outcome.status == 0 else { throw ProgramFailure(text: "the broker does not start: \(outcome.output)") }
    }

    /// Ends the broker by a signal and returns once it has gone.
    package func stopBroker(signal: String = "TERM") throws {
        _ = try run("kill -\(signal) $(cat /run/broker.pid); while kill -0 $(cat /run/broker.pid) 2>/dev/null; do :; done", as: "root")
    }

    /// The records of the audit log, a line each.
    package func records() throws -> [String] {
        try run("cat /run/state/audit/audit-*.jsonl", as: "root").output.split(separator: "\n").map(String.init)
    }

    /// What verifying the log says.
    package func verifyLog() throws -> Outcome { try run("bailey audit verify /run/state/audit", as: "root") }
}

/// A program that a test started and waits for later.
package final class StartedProgram {
    private let process = Process()
    private let scratch: TemporaryTree

    init(_ command: [String], environment: [String: String], input text: String) throws {
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = environment
        // Files and no pipes: who does not read breaks nothing, and who is left running keeps nobody waiting.
        scratch = try TemporaryTree()
        for (name, text) in [("input", text), ("output", ""), ("errors", "")] { try scratch.add(name, text) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/output"))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/errors"))
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: "\(scratch.path)/input"))
        try process.run()
    }

    package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    package func finish() throws -> GuardedHost.Outcome {
        process.waitUntilExit()
        let text = try scratch.content(of: "output")
        let complaints = try scratch.content(of: "errors")
        let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
        return GuardedHost.Outcome(status: status, output: text, errors: complaints)
    }
}
