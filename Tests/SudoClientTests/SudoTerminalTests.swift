import BrokerProtocol
import Foundation
import LinuxSystem
import TestSupport
import Testing

/// bailey-sudo at a real terminal, with a broker that speaks the real protocol.
@Suite(.enabled(if: FileSystemUser.isRoot, "the broker of these tests has to be root"))
struct SudoTerminalTests {
    private static func session(
        _ script: String, _ broker: ScriptedBroker, interactive: Bool = false, environment: [String: String] = [:]
    ) throws -> TerminalSession {
        try TerminalSession(
            script,
            environment: ["BAILEY_BROKER_SOCKET": broker.path, "sudo": Built.sudo, "tree": broker.tree.path]
                .merging(environment) { $1 }, interactive: interactive)
    }

    @Test(
        "A command at a terminal gets one of its own: keys raw, output as it is, sizes passed on, the mode back at its end"
    )
    func terminal() throws {
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            #expect(request.options.contains(.terminal))
            #expect(request.terminal == TerminalSize(rows: 24, columns: 80))
            #expect(request.descriptors.isEmpty && broker.descriptors.isEmpty)
            try broker.say(.started)
            try broker.say(.output(Array("type: ".utf8)))
            var typed: [UInt8] = []
            while typed.count < 4 {
                guard case .input(let bytes) = try broker.next() else { continue }
                typed += bytes
            }
            #expect(typed == [0x03, 0x1a, 0x1c, 0x71])
            try broker.say(.notice("two\nlines"))
            var size: TerminalSize?
            try broker.skip { message in
                if case .windowSize(let told) = message { size = told }
                return size == TerminalSize(rows: 40, columns: 132)
            }
            try broker.say(.finished(.exited(code: 5)))
        }
        let session = try Self.session("$sudo top; echo ended $?", broker)
        try session.read(until: "type: ")
        #expect(!session.isCooked)
        try session.type([0x03, 0x1a, 0x1c, 0x71])
        try session.read(until: "two\r\nlines\r\n")
        session.resize(rows: 40, columns: 132)
        try session.read(until: "ended 5")
        #expect(session.isCooked)
        _ = try session.readToEnd()
        try broker.finish()
    }

    @Test("Passwords are asked at the terminal with the echo off, and nothing of them is shown")
    func password() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password\u{1b}[2J:", attempt: 1)))
            #expect(try broker.answer() == "secret")
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 2)))
            #expect(try broker.answer() == "")
            try broker.say(.prompt(Prompt(kind: .reason, text: "Why:", attempt: 1, echoes: true)))
            #expect(try broker.answer() == "a reason")
            try broker.say(.refused(Refusal(code: .proofFailed, text: "2 incorrect attempts")))
        }
        // Neither input nor output is the terminal: it is asked by its own name.
        let session = try Self.session("$sudo true </dev/null >/dev/null; echo ended $?", broker)
        try session.read(until: #"Password\u{1b}[2J: "#)
        #expect(!session.isCooked)
        try session.type("secret\r")
        try session.read(until: "Sorry, try again.\r\nPassword: ")
        try session.type("\r")
        try session.read(until: "Why: ")
        try session.type("a reasom\u{7f}n\r")
        #expect(try session.read(until: "sudo: 2 incorrect password attempts\r\n").contains("a reasom\u{8} \u{8}n"))
        try session.read(until: "ended 1")
        #expect(session.isCooked)
        #expect(try !session.readToEnd().contains("secret"))
        try broker.finish()
    }

    @Test("Ctrl-C at the question ends the client as the signal would, the echo back on")
    func interrupt() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(throws: (any Error).self) { try broker.next() }
        }
        let session = try Self.session("trap : INT; $sudo true; echo ended $?", broker)
        try session.read(until: "Password: ")
        try session.type([0x03])
        try session.read(until: "ended 130")
        #expect(session.isCooked)
        try broker.finish()
    }

    @Test(
        "What was typed of a password that was given up reaches no program that reads the terminal next (CVE-2025-64170)"
    )
    func givenUp() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(throws: (any Error).self) { try broker.next() }
        }
        let script = "trap : INT; $sudo true; stty -icanon -echo min 0 time 0; echo left $(cat | wc -c)"
        let session = try Self.session(script, broker)
        try session.read(until: "Password: ")
        try session.type("half of a pass")
        try session.type([0x03])
        try session.read(until: "left 0")
        #expect(try !session.readToEnd().contains("half"))
        try broker.finish()
    }

    @Test(
        "A signal that ends the client at the question, or a broker that dies under a command, leaves the terminal as it was"
    )
    func restored() throws {
        let asked = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.prompt(Prompt(kind: .password, text: "Password:", attempt: 1)))
            #expect(throws: (any Error).self) { try broker.next() }
        }
        try asked.tree.addPipe("go")
        let session = try Self.session("(read -r < $tree/go; kill -TERM $$) & exec $sudo true", asked)
        try session.read(until: "Password: ")
        #expect(!session.isCooked)
        try FileHandle(forWritingTo: URL(filePath: "\(asked.tree.path)/go")).write(contentsOf: Data("go\n".utf8))
        _ = try session.readToEnd()
        try asked.finish()

        let dying = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.started)
            try broker.say(.output(Array("running".utf8)))
            guard case .input = try broker.next() else { throw ProgramFailure(text: "no key") }
        }
        let running = try Self.session("$sudo top; echo ended $?", dying)
        try running.read(until: "running")
        #expect(!running.isCooked)
        try running.type("q")
        try running.read(until: "sudo: the broker closed the connection before it had answered\r\n")
        try running.read(until: "ended 1")
        #expect(running.isCooked)
        try dying.finish()
    }

    @Test(
        "Ctrl-Z stops client and command together; fg goes on with both, the terminal raw again and its size told anew")
    func jobControl() throws {
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(.started)
            try broker.say(.output(Array("one".utf8)))
            guard case .input([0x1a]) = try broker.next() else { throw ProgramFailure(text: "no Ctrl-Z") }
            try broker.say(.stopped(signal: 20))
            try broker.skip { $0 == .windowSize(TerminalSize(rows: 30, columns: 100)) }
            try broker.skip { $0 == .signal(.resume) }
            try broker.say(.output(Array("two".utf8)))
            try broker.skip { $0 == .input(Array("q".utf8)) }
            try broker.say(.finished(.exited(code: 0)))
        }
        let session = try Self.session("", broker, interactive: true)
        try session.read(until: "ready> ")
        try session.type("$sudo top\n")
        try session.read(until: "one")
        #expect(!session.isCooked)
        try session.type([0x1a])
        try session.read(until: "Stopped")
        try session.read(until: "ready> ")
        try session.type("stty -a </dev/tty; echo 'loo'ked\n")
        #expect(try session.read(until: "looked\r\n").contains(" icanon"))
        session.resize(rows: 30, columns: 100)
        try session.type("fg\n")
        try session.read(until: "two")
        #expect(!session.isCooked)
        try session.type("q")
        try session.read(until: "ready> ")
        try session.type("exit\n")
        _ = try session.readToEnd()
        try broker.finish()
    }

    @Test("In a pipeline only what is a terminal is served by one, and the terminal is left to the others")
    func pipeline() throws {
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            #expect(request.descriptors == .input)
            #expect(request.options.contains(.terminal))
            try broker.say(.started)
            var input: [UInt8] = []
            while try broker.descriptors[0].waitForInput(until: .now + .patience) {
                guard let bytes = try broker.descriptors[0].readAvailable(limit: 4096) else { continue }
                if bytes.isEmpty { break }
                input += bytes
            }
            try broker.say(.output(Array("got \(input.count)\r\n".utf8)))
            try broker.say(.finished(.exited(code: 0)))
        }
        let session = try Self.session("cat | $sudo wc -c; echo ended $?", broker)
        try session.type("typed\n\u{4}")
        try session.read(until: "got 6")
        try session.read(until: "ended 0")
        try broker.finish()
    }

    @Test("What is typed stays with a program that reads the terminal behind the command, as less does")
    func pager() throws {
        let read = DispatchSemaphore(value: 0)
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            #expect(request.descriptors == .output)
            try broker.say(.started)
            _ = try broker.descriptors[0].writeAvailable(Array("page\n".utf8)[...])
            broker.descriptors = []
            // The command runs on while the key is typed, and hears nothing of it.
            read.wait()
            #expect(try broker.connection.receiveAvailable(atMost: 100) == nil)
            try broker.say(.finished(.exited(code: 0)))
        }
        let session = try Self.session(
            "$sudo dmesg | { read -r line; echo \"$line?\"; read -r key </dev/tty; echo \"key $key\"; }", broker)
        try session.read(until: "page?")
        #expect(session.isCooked)
        try session.type("q\n")
        try session.read(until: "key q")
        read.signal()
        try broker.finish()
    }

    @Test("A request that waits is announced with its number, digest and what to type")
    func pending() throws {
        let digest = try #require(SubjectDigest(Array(repeating: 0xab, count: 32)))
        let broker = try ScriptedBroker { broker in
            _ = try broker.request()
            try broker.say(
                .pending(
                    PendingNotice(
                        id: RequestID(0x1234), digest: digest, expiresIn: 300,
                        approvals: [ApprovalNeed(.peer, count: 2)])))
            try broker.say(.finished(.exited(code: 0)))
        }
        let session = try Self.session("$sudo true", broker)
        let text = try session.readToEnd()
        try broker.finish()
        #expect(text.contains("request 000000001234 waits for approval: peer by 2 people"))
        #expect(text.contains("digest \(digest)"))
        #expect(text.contains("bailey approve 000000001234"))
    }

    @Test("sudoedit edits copies as the user, private ones, and sends back what changed")
    func edit() throws {
        let broker = try ScriptedBroker { broker in
            let request = try broker.request()
            #expect(request.options.contains(.edit))
            #expect(request.arguments == ["/etc/one.conf", "/etc/other/one.conf"])
            try broker.tree.add("first", "alpha\n")
            try broker.tree.add("second", "beta\n")
            let files = try ["first", "second"].map {
                SharedDescriptor(try FileDescriptor.open(forReading: "\(broker.tree.path)/\($0)"))
            }
            try broker.say(.documents(request.arguments), descriptors: files)
            guard case .edited(let places) = try broker.next() else { throw ProgramFailure(text: "nothing edited") }
            #expect(places == [1])
            #expect(broker.descriptors.count == 1)
            #expect(try broker.descriptors[0].readAvailable(limit: 100) == Array("beta\nadded\n".utf8))
            try broker.say(.done("written"))
        }
        try broker.tree.add(
            "editor",
            """
            #!/bin/sh
            test "$1" = "two words" || exit 9
            stat -c 'mode %a' "$2" "$(dirname "$2")"; basename "$2"; basename "$3"
            echo added >> "$3"
            """, .init(mode: 0o755))
        let session = try Self.session(
            "exec -a sudoedit $sudo /etc/one.conf /etc/other/one.conf", broker,
            environment: [
                "SUDO_EDITOR": "\(broker.tree.path)/editor 'two words'", "EDITOR": "/bin/false",
                "TMPDIR": broker.tree.path,
            ])
        let text = try session.readToEnd()
        try broker.finish()
        #expect(text.contains("mode 600\r\nmode 700\r\none.conf\r\n2-one.conf\r\n"))
        #expect(text.contains("sudoedit: /etc/one.conf unchanged"))
        #expect(try broker.tree.names().filter { $0.hasPrefix("bailey.") }.isEmpty)
    }

    @Test("An editor that brings -- along is not run (CVE-2023-22809)")
    func smuggledFiles() throws {
        let tree = try TemporaryTree()
        let listening = try ScriptedBroker { _ in }
        let ending = try Built.run(
            ["-e", "/etc/motd"], broker: listening.path,
            environment: ["EDITOR": "vim -- /etc/shadow", "TMPDIR": tree.path])
        #expect(ending.status == 1)
        #expect(ending.errors.contains("editor arguments may not contain \"--\""))
        #expect(throws: (any Error).self, "the broker was asked something") { try listening.finish() }
    }
}
