import BrokerProtocol
import Foundation
import LinuxSystem
import TestSupport
import Testing

/// The real sudo, as Debian ships it, for the user nobody, with rules of the test's own in a mount namespace of its own.
struct RealSudo {
    static let path = "/usr/bin/sudo"
    let tree: TemporaryTree

    static var isUsable: Bool {
        FileSystemUser.isRoot && FileManager.default.isExecutableFile(atPath: path)
            && FileManager.default.fileExists(atPath: "/etc/sudoers")
    }

    init(rules: String) throws {
        tree = try TemporaryTree()
        try tree.add("sudoers", "root ALL=(ALL:ALL) ALL\n\(rules)\n", .init(mode: 0o440))
        try tree.add(
            "as-nobody",
            """
            mount --bind \(tree.path)/sudoers /etc/sudoers
            exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
            """)
    }

    /// Runs a program as nobody, without a terminal.
    func run(_ program: [String], broker: String = "/nonexistent", environment: [String: String] = [:]) throws -> Ending
    {
        try Built.run(
            ["--mount", "--propagation", "private", "sh", "\(tree.path)/as-nobody"] + program, broker: broker,
            environment: environment, program: "/usr/bin/unshare")
    }
}

@Suite(.enabled(if: RealSudo.isUsable, "takes root, to use the real sudo with rules of its own"))
struct SudoBackendTests {
    private static func host(_ policy: String, rules: String = "nobody ALL=(ALL) NOPASSWD: ALL") throws -> RealSudo {
        let sudo = try RealSudo(rules: rules)
        try sudo.tree.add("policies/command-policy.yaml", policy)
        return sudo
    }

    private static let policy = """
        schema: 1
        backend: sudo
        approvers: {group: root}
        rules:
          - id: who
            command: /usr/bin/id
            arguments: [-u]
            effect: allow
            from: any
            approval: none
          - id: confirmed
            command: /usr/bin/id
            arguments: [-g]
            effect: allow
            from: any
            approval: confirm
          - id: limited
            command: /usr/bin/true
            arguments: []
            effect: allow
            from: any
            approval: none
            limits: {timeout: 5s}
          - id: watched
            command: /usr/bin/false
            arguments: []
            effect: allow
            from: any
            approval: peer
        """

    private static func bailey(_ sudo: RealSudo, _ arguments: [String]) throws -> Ending {
        try sudo.run(
            [Built.path("bailey"), arguments[0], "--policies", "\(sudo.tree.path)/policies"] + arguments.dropFirst())
    }

    @Test("What the policy allows is run by the real sudo, and its weaker guarantees are told")
    func allowed() throws {
        let ending = try Self.bailey(try Self.host(Self.policy), ["run", "--", "id", "-u"])
        #expect(ending.output == "0\n")
        #expect(ending.errors.contains("no broker: the system's sudo runs this"))
        #expect(ending.errors.contains("(rule 'who')"))
        #expect(ending.status == 0)
    }

    @Test("sudo's own command line goes the same way, and ends as sudo does")
    func sudoCommandLine() throws {
        let host = try Self.host(Self.policy)
        #expect(try Self.bailey(host, ["sudo", "--", "-n", "/usr/bin/id", "-u"]).output == "0\n")
        let refused = try Self.bailey(host, ["sudo", "--", "id", "-G"])
        #expect(refused.status == 1)
        #expect(refused.output.isEmpty)
        let shell = try Self.bailey(host, ["sudo", "--", "-s"])
        #expect(shell.status == 1)
        #expect(shell.errors.contains("not offered without the broker"))
    }

    @Test(
        "What the policy denies, and what sudo cannot give, is refused though sudo itself would run it",
        arguments: [
            (["id", "-G"], 3, "no rule"), (["true"], 3, "limits, which the sudo backend cannot give"),
            (["false"], 3, "approval by peer, which the sudo backend cannot give"), (["nosuch"], 8, "nosuch"),
            (["id", "-g"], 4, "terminal"),
        ])
    func refused(command: [String], status: Int32, text: String) throws {
        let ending = try Self.bailey(try Self.host(Self.policy), ["run", "--"] + command)
        #expect(ending.status == status)
        #expect(ending.errors.contains(text))
        #expect(ending.output.isEmpty)
    }

    @Test("The real sudo's own refusal stands: a policy in front of it gives nothing that sudoers does not")
    func sudoersHolds() throws {
        let host = try Self.host(Self.policy, rules: "")
        let ending = try Self.bailey(host, ["run", "-n", "--", "id", "-u"])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("sudo: a password is required"))
        #expect(ending.output.isEmpty)
    }

    @Test("A broken policy denies, and one that does not choose sudo leaves it at the broker")
    func otherPolicies() throws {
        let broken = try Self.bailey(try Self.host("backend: sudo\nrules: {"), ["run", "--", "id", "-u"])
        #expect(broken.status == 7)
        let brokers = Self.policy.replacing("backend: sudo", with: "backend: broker")
        #expect(try Self.bailey(try Self.host(brokers), ["run", "--", "id", "-u"]).status == 9)
    }

    @Test("A policy that others could have written decides nothing")
    func foreignPolicy() throws {
        let host = try Self.host(Self.policy)
        try host.tree.add("policies/command-policy.yaml", Self.policy, .init(mode: 0o666))
        let ending = try Self.bailey(host, ["run", "--", "id", "-u"])
        #expect(ending.status == 7)
        #expect(ending.output.isEmpty)
    }

    @Test("A dry run tells what would be decided, and runs nothing")
    func dryRun() throws {
        let host = try Self.host(Self.policy)
        let ending = try Self.bailey(host, ["run", "--dry-run", "--", "id", "-u"])
        #expect(ending.output.contains("allowed by rule 'who'"))
        #expect(ending.output.contains("needs no approval"))
        #expect(try Self.bailey(host, ["run", "--dry-run", "--", "true"]).status == 3)
    }

    private static let commandLines: [[String]] = [
        ["true"], ["-n", "true"], ["-A", "true"], ["-C", "5", "true"], ["-T", "x", "true"], ["-h", "web", "true"],
        ["-n", "-v"], ["-u", "#-1", "true"], ["-k"], ["-K"], ["-n", "-u", "root", "-g", "root", "true"],
        ["-S", "true"], ["-b", "-n", "true"], ["-e", "-n", "/etc/motd"], ["-n", "-s"], ["-n", "-i", "true"],
        ["-n", "--preserve-env=HOME", "true"], ["-n", "A=b", "true"], ["-T", "1h30", "-n", "true"],
        ["-T", "1s1h", "true"], ["-h"], ["--help"],
    ]

    @Test(
        "Where sudo wants a password that nobody can give, every line it says is said, with its exit code",
        arguments: commandLines)
    func sameWords(arguments: [String]) throws {
        let sudo = try RealSudo(rules: "nobody ALL=(ALL:ALL) ALL")
        let real = try sudo.run(["/usr/bin/env", "sudo"] + arguments)
        let broker = try ScriptedBroker { broker in
            while let message = try? broker.next() {
                switch message {
                case .forgetProof: try broker.say(.done("forgotten"))
                case .run(let request) where request.options.contains(.nonInteractive):
                    try broker.say(.refused(Refusal(code: .proofFailed, text: "a proof is needed")))
                case .validate:
                    try broker.say(.refused(Refusal(code: .proofFailed, text: "a proof is needed")))
                case .run:
                    try broker.say(.prompt(Prompt(kind: .password, text: "[sudo] password for nobody: ", attempt: 1)))
                case .answer: try broker.say(.refused(Refusal(code: .proofFailed, text: "no answer was given")))
                default: throw ProgramFailure(text: "unexpected \(message)")
                }
            }
        }
        let ours = try sudo.run([Built.sudo] + arguments, broker: broker.path)
        #expect(ours.status == real.status)
        // What sudo adds about itself is not looked for.
        let own = ["unable to resolve host", "error initializing audit plugin", "unable to send audit message"]
        for line in real.errors.split(separator: "\n") where !own.contains(where: line.contains) {
            #expect(ours.errors.split(separator: "\n").contains(line), "\(line)")
        }
    }
}
