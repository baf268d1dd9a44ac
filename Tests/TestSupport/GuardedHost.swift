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
    package init(programs: String, settings: String = GuardedHost.settings, rules: [String], prompts: String? = nil)
        throws
    {
        self.programs = programs
        let script = Self.setUp(password: try Self.passwordHash)
        holder = try RunningProgram(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", script])
        try write("/etc/bailey/command-policy.yaml", Self.policy(settings, rules))
        if let prompts { try write("/etc/bailey/prompt-policy.yaml", prompts) }
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

    private static var passwordHash: String {
        get throws { try RunningProgram.output(of: ["openssl", "passwd", "-6", "-salt", "bailey", "secret"]) }
    }

    private static func setUp(password: String) -> String {
        """
        set -e
        mount --make-rprivate /
        mount -t tmpfs -o mode=755 tmpfs /run
        mkdir -m 755 /run/bailey /run/etc /run/work /run/home
        mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work /etc
        mount -t tmpfs -o mode=755,size=64m tmpfs /var/lib
        rm -rf /etc/pam.d; mkdir -m 755 /etc/bailey /var/lib/bailey /etc/pam.d
        hash='\(password.trimmingCharacters(in: .whitespacesAndNewlines))'
        echo 'root:x:0:0::/run/home/root:/bin/bash' > /etc/passwd
        echo "root:$hash:19000:0:99999:7:::" > /etc/shadow
        chmod 600 /etc/shadow
        printf 'root:x:0:\\ntty:x:5:\\nshadow:x:42:\\napprovers:x:4100:bob,eve\\nweb:x:4101:ada\\nnogroup:x:65534:\\n' > /etc/group
        number=4001
        for name in ada bob eve claude old; do
            echo "$name:x:$number:$number::/run/home/$name:/bin/bash" >> /etc/passwd
            echo "$name:$hash:19000:0:99999:7:::" >> /etc/shadow
            echo "$name:x:$number:" >> /etc/group
            mkdir -m 700 /run/home/$name
            chown $number:$number /run/home/$name
            number=$((number + 1))
        done
        mkdir -m 700 /run/home/root
        echo 'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin' >> /etc/passwd
        printf 'auth required pam_unix.so nodelay\\naccount required pam_unix.so\\n' > /etc/pam.d/bailey
        printf 'auth required pam_deny.so\\naccount required pam_deny.so\\n' > /etc/pam.d/other
        echo ready
        # The first process of the host, which reaps what lost its parent, until the test closes its input.
        cat
        true
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
        return entrance + session + (user == "root" ? [] : identity) + [
            "bash", "--norc", "-c", "cd /run\n\(script)",
        ]
    }

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

    /// Starts the broker, and returns once it listens. What an earlier one has said goes before: it was ready too.
    ///
    /// - Parameter openFiles: how many files it may hold open; nil as many as the test itself.
    package func startBroker(openFiles: Int? = nil) throws {
        let script = """
            rm -f /run/broker.log
            \(openFiles.map { "ulimit -n \($0)" } ?? "")
            bailey-broker > /run/broker.log 2>&1 &
            echo $! > /run/broker.pid
            until grep -qs ready /run/broker.log; do kill -0 $! || { cat /run/broker.log; exit 1; }; done
            """
        let outcome = try run(script, as: "root")
        guard outcome.status == 0 else { throw ProgramFailure(text: "the broker does not start: \(outcome.output)") }
    }

    /// Ends the broker by a signal and returns once it has gone.
    package func stopBroker(signal: String = "TERM") throws {
        _ = try run(
            "kill -\(signal) $(cat /run/broker.pid); while kill -0 $(cat /run/broker.pid) 2>/dev/null; do :; done",
            as: "root")
    }

    /// Starts the broker `count` times and kills it by SIGKILL after a random time of at most `milliseconds`, while clients ask for commands
    /// that each note a number of their own once they run. Every second time the clock starts when a command has run, so that however slow
    /// the machine, some kills hit a broker that is at work.
    package func killBrokers(_ count: Int, within milliseconds: Int, clients: Int) throws -> Outcome {
        let script = """
            kill -TERM $(cat /run/broker.pid); while kill -0 $(cat /run/broker.pid) 2>/dev/null; do :; done
            mkdir -m 1777 /run/ran; touch /run/asking; mkfifo /run/silence; exec 9<>/run/silence
            for client in $(seq \(clients)); do
                setsid setpriv --reuid ada --regid ada --init-groups bash -c '
                    number=0
                    while [ -e /run/asking ]; do
                        number=$((number + 1))
                        bailey-sudo -n /run/bin/note '$client'-$number >/dev/null 2>&1
                    done' &
            done
            for round in $(seq \(count)); do
                rm -f /run/broker.log
                bailey-broker > /run/broker.log 2>&1 &
                broker=$!
                until grep -qs ready /run/broker.log; do kill -0 $broker || { cat /run/broker.log >&2; exit 1; }; done
                if ((round % 2)); then
                    noted=(/run/ran/*); before=${#noted[@]}
                    while noted=(/run/ran/*); ((${#noted[@]} <= before)) && kill -0 $broker; do read -t 0.01 nothing <&9; done
                fi
                read -t 0.$(printf '%04d' $((RANDOM % \(milliseconds * 10)))) nothing <&9
                kill -KILL $broker
                wait $broker 2>/dev/null
            done
            rm /run/asking
            wait
            rm -f /run/broker.log
            bailey-broker > /run/broker.log 2>&1 &
            echo $! > /run/broker.pid
            until grep -qs ready /run/broker.log; do :; done
            """
        return try run(script, as: "root")
    }

    /// The records of the audit log, a line each.
    package func records() throws -> [String] {
        try run("cat /var/lib/bailey/audit/audit-*.jsonl", as: "root").output.split(separator: "\n").map(String.init)
    }

    /// What verifying the log says.
    package func verifyLog() throws -> Outcome { try run("bailey audit verify /var/lib/bailey/audit", as: "root") }
}

/// A program that a test started and waits for later.
package final class StartedProgram {
    private let process: SpawnedProcess
    private let scratch: TemporaryTree

    init(_ command: [String], environment: [String: String], input text: String) throws {
        // Files and no pipes: who does not read breaks nothing, and who is left running keeps nobody waiting.
        scratch = try TemporaryTree()
        for (name, text) in [("input", text), ("output", ""), ("errors", "")] { try scratch.add(name, text) }
        let path = scratch.path
        let input = try FileHandle(forReadingFrom: URL(filePath: "\(path)/input"))
        let (output, errors) = (
            try FileHandle(forWritingTo: URL(filePath: "\(path)/output")),
            try FileHandle(forWritingTo: URL(filePath: "\(path)/errors"))
        )
        process = try SpawnedProcess(
            command, environment: environment, input: input.fileDescriptor, output: output.fileDescriptor,
            errors: errors.fileDescriptor)
    }

    package func signal(_ number: Int32) { process.signal(number) }

    package func finish() throws -> GuardedHost.Outcome {
        let status = process.wait()
        return GuardedHost.Outcome(
            status: status, output: try scratch.content(of: "output"), errors: try scratch.content(of: "errors"))
    }
}
