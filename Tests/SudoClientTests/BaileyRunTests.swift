import BrokerProtocol
import Foundation
import LinuxSystem
import SudoClient
import TestSupport
import Testing

/// `bailey run` and what approvers use, as built, with a broker that speaks the real protocol.
@Suite(.enabled(if: FileSystemUser.isRoot, "the broker of these tests has to be root"))
struct BaileyRunTests {
    private static let bailey = Built.path("bailey")
    private static let id = RequestID(0xabc)

    private static func digest(_ byte: UInt8) throws -> SubjectDigest {
        try #require(SubjectDigest(Array(repeating: byte, count: 32)))
    }

    private static func run(_ arguments: [String], _ broker: ScriptedBroker, _ environment: [String: String] = [:])
        throws
        -> Ending
    {
        try Built.run(arguments, broker: broker.path, environment: environment, program: bailey)
    }

    @Test("A command's own exit code is that of bailey run, its end by a signal too, and the end of its time is 10")
    func outcomes() throws {
        for (outcome, status) in [
            (CommandOutcome.exited(code: 77), 77), (.timedOut, 10), (.signalled(number: 15, dumpedCore: false), 143),
        ] {
            let broker = try ScriptedBroker { broker in
                let request = try broker.request()
                #expect(request.arguments == ["ls", "-l", "--", "-u"])
                try broker.say(.started)
                try broker.say(.finished(outcome))
            }
            let ending = try Built.run(
                ["-c", "$0 run -u root -n ls -l -- -u & wait $!; echo $?", Self.bailey], broker: broker.path,
                program: "/bin/bash")
            try broker.finish()
            #expect(ending.output == "\(status)\n")
        }
    }

    @Test("Every refusal has its exit code, its rule and what to do", arguments: RefusalCode.allCases)
    func refusals(code: RefusalCode) throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.refused(Refusal(code: code, text: "why\u{1b}", rule: "the-rule", remedy: "do this")))
        }
        let ending = try Self.run(["run", "--", "true"], broker)
        try broker.finish()
        #expect(ending.status == Int32(code.rawValue))
        #expect(ending.errors == "bailey: why\\u{1b} (rule 'the-rule')\n  do this\n")
    }

    @Test("All that can be asked for is sent")
    func request() throws {
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            #expect(request.targetUser == "www-data")
            #expect(request.targetGroup == "adm")
            #expect(request.workingDirectory == "/srv")
            #expect(request.timeout == 90)
            #expect(request.session == "s")
            #expect(request.reason == "r")
            #expect(request.options == [.nonInteractive, .untrusted, .keepSession])
            #expect(request.environment.filter(\.isAskedFor).map(\.name).sorted() == ["A", "KEPT"])
            try broker.say(.finished(.exited(code: 0)))
        }
        let ending = try Self.run(
            [
                "run", "-u", "www-data", "-g", "adm", "-D", "/srv", "-n", "--untrusted", "--keep-session", "--timeout",
                "1m30s", "--session", "s", "--reason", "r", "--env", "A=b", "--preserve-env", "KEPT", "id",
            ], broker, ["KEPT": "k"])
        try broker.finish()
        #expect(ending.status == 0)
    }

    @Test("A dry run tells decision, rule and approvals, as text and JSON, and runs nothing", arguments: [true, false])
    func dryRun(isAllowed: Bool) throws {
        for json in [[], ["--json"]] {
            let broker = try ScriptedBroker { broker in
                let request = try broker.request()
                #expect(request.options.contains(.dryRun))
                #expect(request.descriptors.isEmpty && broker.descriptors.isEmpty)
                try broker.say(
                    .decision(
                        DecisionReport(
                            isAllowed: isAllowed, rule: "web", reason: "as it says",
                            approvals: [ApprovalNeed(.peer, count: 2)])))
            }
            let ending = try Self.run(["run", "--dry-run"] + json + ["--", "true"], broker)
            try broker.finish()
            #expect(ending.status == (isAllowed ? 0 : 3))
            #expect(ending.output.contains(json.isEmpty ? "by rule 'web': as it says" : #""rule": "web""#))
            if !json.isEmpty { #expect(ending.output.contains(#"{"method":"peer","count":2}"#)) }
        }
    }

    private static func detail(_ digest: SubjectDigest, _ arguments: [String] = ["rm", "-rf", "/srv/a b"])
        -> RequestDetail
    {
        RequestDetail(
            summary: RequestSummary(
                notice: PendingNotice(id: id, digest: digest, expiresIn: 200, approvals: [ApprovalNeed(.peer)]),
                requester: "ada\u{1b}[2J", arguments: arguments, targetUser: "root"),
            program: "/usr/bin/rm", programDigest: digest, workingDirectory: "/srv",
            environment: [SentVariable(name: "LANG", value: "C\u{7}")], terms: ["user root"],
            requester: ["user ada", "unit claude.service"], rule: "clean", session: "task-1", reason: "tidy\u{202e}",
            isUntrusted: true)
    }

    @Test("Requests that wait are listed, and nothing of them steers the terminal")
    func requests() throws {
        for json in [[], ["--json"]] {
            let broker = try ScriptedBroker { broker in
                #expect(try broker.next() == .listPending)
                try broker.say(.requests(RequestListing(fitting: [Self.detail(try Self.digest(1)).summary])))
            }
            let ending = try Self.run(["requests"] + json, broker)
            try broker.finish()
            #expect(ending.status == 0)
            #expect(ending.output.contains("000000000abc"))
            #expect(ending.output.contains(json.isEmpty ? "rm -rf '/srv/a b'" : #""/srv/a b""#))
            #expect(!ending.output.contains("\u{1b}"))
        }
    }

    @Test("An approver sees all of it, says yes at the terminal, and approves the digest that was shown")
    func approve() throws {
        let broker = try ScriptedBroker { broker in
            #expect(try broker.next() == .show(Self.id))
            try broker.say(.request(Self.detail(try Self.digest(7))))
            #expect(try broker.next() == .approve(ApprovalGrant(id: Self.id, digest: try Self.digest(7))))
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(try broker.answer() == "secret")
            try broker.say(.done("approved"))
        }
        let session = try TerminalSession(
            "$bailey approve 000000000abc; echo ended $?",
            environment: ["BAILEY_BROKER_SOCKET": broker.path, "bailey": Self.bailey])
        let shown = try session.read(until: "Type yes: ")
        for part in [
            "rm -rf '/srv/a b'", "/usr/bin/rm", "user root", "LANG=C\\u{7}", "unit claude.service", "clean", "task-1",
            "tidy\\u{202e}", "untrusted content", "0707070707", "in 200 s", "peer",
        ] {
            #expect(shown.contains(part), "\(part)")
        }
        try session.type("yes\r")
        try session.read(until: "Password: ")
        try session.type("secret\r")
        try session.read(until: "approved\r\nended 0")
        try broker.finish()
    }

    @Test("No yes, no approval: another word, no terminal, or another digest than was seen before")
    func notApproved() throws {
        func broker() throws -> ScriptedBroker {
            try ScriptedBroker { broker in
                _ = try broker.next()
                try broker.say(.request(Self.detail(try Self.digest(7))))
                #expect(throws: (any Error).self) { try broker.next() }
            }
        }
        let asked = try broker()
        let session = try TerminalSession(
            "$bailey approve 000000000abc; echo ended $?",
            environment: ["BAILEY_BROKER_SOCKET": asked.path, "bailey": Self.bailey])
        try session.read(until: "Type yes: ")
        try session.type("y\r")
        try session.read(until: "ended 1")
        try asked.finish()

        let alone = try broker()
        #expect(try Self.run(["approve", "000000000abc"], alone).status == 1)
        try alone.finish()
        let other = try broker()
        let digest = try Self.digest(8).description
        #expect(try Self.run(["approve", "000000000abc", "--yes", "--digest", digest], other).status == 10)
        try other.finish()
        #expect(try Self.run(["approve", "000000000abc", "--yes"], other).status == 2)
        #expect(try Self.run(["approve", "ABC"], other).status == 2)
    }

    @Test("What was seen before is approved without a question by its digest")
    func approveByDigest() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.next()
            try broker.say(.request(Self.detail(try Self.digest(7))))
            #expect(try broker.next() == .approve(ApprovalGrant(id: Self.id, digest: try Self.digest(7))))
            try broker.say(.done("approved"))
        }
        let ending = try Self.run(
            ["approve", "000000000abc", "--yes", "--digest", try Self.digest(7).description], broker)
        try broker.finish()
        #expect(ending.status == 0)
        #expect(ending.output == "approved\n")
    }

    @Test("Denying takes a reason; dropping ends one session, or all")
    func denyAndDrop() throws {
        let cases: [([String], ClientMessage)] = [
            (["deny", "000000000abc", "--reason", "no"], .deny(Self.id, reason: "no")),
            (["drop", "task-1"], .drop(session: "task-1")), (["drop"], .drop(session: nil)),
        ]
        for (arguments, message) in cases {
            let broker = try ScriptedBroker { broker in
                #expect(try broker.next() == message)
                try broker.say(.done("noted"))
            }
            let ending = try Self.run(arguments, broker)
            try broker.finish()
            #expect(ending.output == "noted\n")
            #expect(ending.status == 0)
        }
        let unasked = try TemporaryTree()
        let ending = try Built.run(["deny", "000000000abc"], broker: "\(unasked.path)/none", program: Self.bailey)
        #expect(ending.status == 2)
        #expect(ending.errors.contains("--reason is missing"))
    }

    @Test("Without a broker it ends with 9 and says what to do; bailey-sudo says the same and ends with 1")
    func unreachable() throws {
        let tree = try TemporaryTree()
        let path = "\(tree.path)/none"
        for arguments in [["run", "--", "true"], ["requests"], ["drop"], ["approve", "000000000abc"]] {
            let ending = try Built.run(arguments, broker: path, program: Self.bailey)
            #expect(ending.status == 9)
            #expect(ending.errors.contains("cannot be reached at \(path): No such file or directory\n  nothing runs"))
        }
        let sudo = try Built.run(["true"], broker: path)
        #expect(sudo.status == 1)
        #expect(sudo.errors.contains("cannot be reached at \(path): No such file or directory\nsudo: nothing runs"))
    }
}
