import BrokerProtocol
import Foundation
import LinuxSystem
import TestSupport
import Testing

/// bailey-sudo as it was built, with a broker that speaks the real protocol. The client takes none for the broker that is not root.
@Suite(.enabled(if: FileSystemUser.isRoot, "the broker of these tests has to be root"))
struct SudoProgramTests {
    @Test(
        "Without a terminal all three streams are the command's own, byte for byte, and its exit code is the client's")
    func streams() throws {
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            guard request.arguments == ["cat", "-"], request.descriptors == .all, request.terminal == nil,
                !request.options.contains(.terminal), broker.descriptors.count == 3
            else { throw ProgramFailure(text: "unexpected \(request)") }
            try broker.say(.started)
            while try broker.descriptors[0].waitForInput(until: .now + .patience) {
                guard let bytes = try broker.descriptors[0].readAvailable(limit: 65536) else { continue }
                if bytes.isEmpty { break }
                _ = try broker.descriptors[1].writeAvailable(bytes[...])
            }
            _ = try broker.descriptors[2].writeAvailable(Array("complaint\n".utf8)[...])
            broker.descriptors = []
            try broker.say(.finished(.exited(code: 42)))
        }
        let ending = try Built.run(["cat", "-"], broker: broker.path, input: "a\0b\u{1b}[2J\r\n")
        try broker.finish()
        #expect(ending.output == "a\0b\u{1b}[2J\r\n")
        #expect(ending.errors == "complaint\n")
        #expect(ending.status == 42)
    }

    @Test("What was asked for goes to the broker: target, directory, variables, session, reason, marks")
    func request() throws {
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            #expect(request.targetUser == "www-data")
            #expect(request.targetGroup == "adm")
            #expect(request.workingDirectory == "/var/tmp")
            #expect(request.session == "task-7")
            #expect(request.reason == "because")
            #expect(request.timeout == 90)
            #expect(
                request.options == [
                    .nonInteractive, .waitsForNobody, .untrusted, .keepSession, .setHome, .forgetProof,
                ])
            #expect(request.environment.contains(SentVariable(name: "A", value: "b=c", isAskedFor: true)))
            #expect(request.environment.contains(SentVariable(name: "KEPT", value: "k", isAskedFor: true)))
            #expect(request.environment.contains(SentVariable(name: "OTHER", value: "o")))
            #expect(!request.environment.contains { $0.name.hasPrefix("BAILEY_") })
            try broker.say(.finished(.exited(code: 0)))
        }
        let ending = try Built.run(
            [
                "-nkHu", "www-data", "-g", "adm", "-D", "/var/tmp", "-T", "1m30s", "--keep-session",
                "--preserve-env=KEPT", "A=b=c", "id", "-u",
            ], broker: broker.path,
            environment: [
                "KEPT": "k", "OTHER": "o", "BAILEY_SESSION_ID": "task-7", "BAILEY_REASON": "because",
                "BAILEY_UNTRUSTED_SOURCE": "1",
            ])
        try broker.finish()
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
    }

    @Test("A command that a signal ended ends the client by the same signal", arguments: [15, 9, 11] as [UInt8])
    func signalled(number: UInt8) throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.started)
            try broker.say(.finished(.signalled(number: number, dumpedCore: true)))
        }
        let ending = try Built.run(
            ["-c", "exec \(Built.sudo) true & wait $!; echo $?"], broker: broker.path, program: "/bin/bash")
        try broker.finish()
        #expect(ending.output == "\(128 + Int(number))\n")
    }

    @Test("Signals reach the command, and end the client while nothing runs yet")
    func signals() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.started)
            try broker.say(.notice("now"))
            try broker.skip { $0 == .signal(.user1) }
            try broker.skip { $0 == .signal(.terminate) }
            try broker.say(.finished(.exited(code: 7)))
        }
        let script = """
            coproc { exec "$0" true 2>&1; }
            # Bash takes the variables of a coprocess away once it has ended.
            pid=$COPROC_PID
            read -r line <&"${COPROC[0]}"
            kill -USR1 $pid; kill -TERM $pid
            wait $pid; echo "$line $?"
            """
        let ending = try Built.run(["-c", script, Built.sudo], broker: broker.path, program: "/bin/bash")
        try broker.finish()
        #expect(ending.output == "now 7\n")

        let waiting = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.notice("now"))
            #expect(throws: (any Error).self) { try broker.next() }
        }
        let second = try Built.run(
            ["-c", script.replacing("kill -USR1 $pid; ", with: ""), Built.sudo], broker: waiting.path,
            program: "/bin/bash")
        try waiting.finish()
        #expect(second.output == "now 143\n")
    }

    @Test(
        "Refusals are told in sudo's words, then in the broker's, and end with 1",
        arguments: [
            (
                ["-n", "true"], Refusal(code: .proofFailed, text: "approval by confirm is needed"),
                "sudo: a password is required\n"
            ),
            (
                ["-u", "bob", "ls", "-l"], Refusal(code: .deniedByPolicy, text: "no rule allows it", rule: "r"),
                "is not allowed to execute 'ls -l' as bob on "
            ),
            (
                ["true"], Refusal(code: .expired, text: "too\u{1b}[31m late", remedy: "ask again"),
                #"sudo: too\u{1b}[31m late"#
            ),
            (["true"], Refusal(code: .commandUnfit, text: "x", rule: "any"), "sudo: x\n"),
            (
                ["-g", "adm", "true"], Refusal(code: .deniedByPolicy, text: "no rule allows it"),
                "user root is not allowed to execute 'true' as root:adm on "
            ),
            (
                ["true"], Refusal(code: .proofFailed, text: "confirm is given at a terminal"),
                "sudo: a terminal is required to read the password; either use the -S option"
            ),
            (
                ["true"], Refusal(code: .proofFailed, text: "confirm is given at a terminal"),
                "\nsudo: a password is required\nsudo: confirm is given at a terminal\n"
            ),
        ])
    func refusals(arguments: [String], refusal: Refusal, text: String) throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.refused(refusal))
        }
        let ending = try Built.run(arguments, broker: broker.path)
        try broker.finish()
        #expect(ending.errors.contains(text))
        #expect(!ending.errors.contains("\u{1b}"))
        #expect(ending.status == 1)
    }

    @Test("Passwords come from standard input with -S, a line each, and what follows is left to the command")
    func standardInput() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(try broker.answer() == "wrong")
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 2)))
            #expect(try broker.answer() == "right")
            let left = try broker.descriptors[0].readAvailable(limit: 100)
            #expect(left == Array("the rest\n".utf8))
            try broker.say(.started)
            try broker.say(.finished(.exited(code: 0)))
        }
        let ending = try Built.run(
            ["-S", "-p", "[%u %U %%]", "-u", "bob", "cat"], broker: broker.path, input: "wrong\nright\nthe rest\n")
        try broker.finish()
        #expect(ending.status == 0)
        #expect(ending.errors == "[root bob %]Sorry, try again.\n[root bob %]")
    }

    @Test("An askpass program is asked with the question; without one -A is refused as sudo does")
    func askpass() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(try broker.answer() == "[Password: ]")
            try broker.say(.finished(.exited(code: 0)))
        }
        try broker.tree.add("askpass", "#!/bin/sh\necho \"[$1]\"\n", .init(mode: 0o755))
        let ending = try Built.run(
            ["-A", "true"], broker: broker.path, environment: ["SUDO_ASKPASS": "\(broker.tree.path)/askpass"])
        try broker.finish()
        #expect(ending.status == 0)
        let without = try Built.run(["-A", "true"], broker: broker.path)
        #expect(without.errors == "sudo: no askpass program specified, try setting SUDO_ASKPASS\n")
        #expect(without.status == 1)
    }

    @Test("Where nobody can be asked, sudo's own words say so")
    func noTerminal() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(try broker.answer() == nil)
            try broker.say(.refused(Refusal(code: .proofFailed, text: "no answer was given")))
        }
        let ending = try Built.run(["true"], broker: broker.path)
        try broker.finish()
        #expect(ending.errors.hasPrefix("sudo: a terminal is required to read the password; either use the -S option"))
        #expect(ending.errors.contains("\nsudo: a password is required\n"))
        #expect(ending.status == 1)
    }

    @Test("A line that sudo has is said once, and who may do nothing is told so in sudo's words")
    func validation() throws {
        for (refusal, text) in [
            (Refusal(code: .proofFailed, text: "a password is required"), "sudo: a password is required\n"),
            (Refusal(code: .deniedByPolicy, text: "x"), "sudo: Sorry, user root may not run sudo on "),
        ] {
            let broker = try ScriptedBroker { broker in
                #expect(try broker.next() == .validate(.nonInteractive))
                try broker.say(.refused(refusal))
            }
            let ending = try Built.run(["-nv"], broker: broker.path)
            try broker.finish()
            #expect(ending.status == 1 && ending.errors.hasPrefix(text), "\(ending)")
            #expect(ending.errors.components(separatedBy: "a password is required").count <= 2)
        }
    }

    @Test("What is asked at length, and the mask of new files, reach the broker")
    func lengthAndMask() throws {
        let rights = try ScriptedBroker { broker in
            guard case .listRights(let query) = try broker.next() else { throw ProgramFailure(text: "no query") }
            #expect(query.isLong)
            try broker.say(.rights(RightsReport(isAllowed: true, lines: [])))
        }
        _ = try Built.run(["-ll"], broker: rights.path)
        try rights.finish()
        let masked = try ScriptedBroker { broker in
            #expect(try broker.request().fileModeMask == 0o077)
            try broker.say(.finished(.exited(code: 0)))
        }
        _ = try Built.run(["-c", "umask 077; exec $0 true", Built.sudo], broker: masked.path, program: "/bin/bash")
        try masked.finish()
    }

    @Test("Rights are listed, proofs given and forgotten, with sudo's exit codes")
    func otherModes() throws {
        let rights = try ScriptedBroker { broker in
            guard case .listRights(let query) = try broker.next() else { throw ProgramFailure(text: "no query") }
            #expect(query.user == "ada")
            #expect(query.arguments == ["id"])
            try broker.say(.rights(RightsReport(isAllowed: false, lines: ["a\u{7}b"])))
        }
        let listed = try Built.run(["-l", "-U", "ada", "id"], broker: rights.path)
        try rights.finish()
        #expect(listed.output == "a\\u{7}b\n")
        #expect(listed.status == 1)
        for (arguments, message) in [
            (["-v"], ClientMessage.validate([])), (["-k"], .forgetProof), (["-K"], .forgetProof),
        ] {
            let broker = try ScriptedBroker { broker in
                #expect(try broker.next() == message)
                try broker.say(.done("done"))
            }
            let ending = try Built.run(arguments, broker: broker.path)
            try broker.finish()
            #expect(ending.status == 0)
            #expect(ending.errors.isEmpty && ending.output.isEmpty)
        }
    }

    @Test("A background command lets the caller go once it has started, and goes on")
    func background() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.started)
            // The shell passes the signal on only after bailey-sudo let it go.
            try broker.skip { $0 == .signal(.user2) }
            try broker.say(.finished(.exited(code: 3)))
        }
        let ending = try Built.run(
            ["-c", "trap '' USR2; $0 -b true; echo $?; kill -USR2 0; cat >/dev/null", Built.sudo], broker: broker.path,
            program: "/bin/bash")
        try broker.finish()
        #expect(ending.output == "0\n")
        let refused = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.refused(Refusal(code: .deniedByPolicy, text: "no")))
        }
        #expect(try Built.run(["-b", "true"], broker: refused.path).status == 1)
        try refused.finish()
    }

    @Test("Without a broker nothing runs: the text says where it looked and what to do")
    func unreachable() throws {
        let tree = try TemporaryTree()
        let ending = try Built.run(["true"], broker: "\(tree.path)/none")
        #expect(ending.status == 1)
        #expect(ending.errors.contains("cannot be reached at \(tree.path)/none: No such file or directory"))
    }

    @Test("Who listens without being root is not spoken to")
    func impostor() throws {
        let listener = try RunningProgram([
            "/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "/usr/bin/python3", "-c",
            """
            import os, socket, sys, tempfile
            path = tempfile.mkdtemp() + "/s"
            s = socket.socket(socket.AF_UNIX)
            s.bind(path)
            s.listen()
            print("ready", path, flush=True)
            sys.stdin.read()
            s.settimeout(5)
            client = s.accept()[0]
            assert client.recv(100) == b""
            """,
        ])
        let ending = try Built.run(["true"], broker: listener.announcement)
        #expect(ending.status == 1)
        #expect(ending.errors.contains("who listens there is uid 65534, not root"))
    }

    @Test("Arguments that are not UTF-8 are refused, not repaired")
    func notUTF8() throws {
        let ending = try Built.run(
            ["-c", "exec $0 \"$(printf 'a\\377b')\"", Built.sudo], broker: "/nonexistent", program: "/bin/bash")
        #expect(ending.errors.contains("argument 1, which is not UTF-8"))
        #expect(ending.status == 1)
    }
}
