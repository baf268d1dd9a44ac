import Foundation
import TestSupport
import Testing

/// What goes wrong around the broker, and what people do on purpose.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedFaultTests {
    private static let bash = GuardedCommandTests.allow("/usr/bin/bash")
    private static let id = GuardedCommandTests.allow("/usr/bin/id")

    /// Waits until a script says yes.
    private func until(_ host: GuardedHost, _ script: String) throws {
        let outcome = try host.run("for n in $(seq 2000); do if \(script); then exit 0; fi; done; exit 1", as: "root")
        #expect(outcome.status == 0, "never: \(script)")
    }

    @Test("When its client is killed the command is hung up and then killed, and its end is on record")
    func clientKilled() throws {
        let host = try GuardedHost(rules: [Self.bash])
        let client = try host.start("exec bailey-sudo bash -c 'trap \"\" HUP TERM; sleep 4321 & sleep 4322'")
        try until(host, "pgrep -x sleep | wc -l | grep -qx 2")
        _ = try host.run("pkill -KILL -x bailey-sudo", as: "root")
        _ = try client.finish()
        try until(host, "! pgrep -x sleep >/dev/null")
        try until(host, "grep -q '\"event\":\"finish\"' /var/lib/bailey/audit/audit-*.jsonl")
    }

    @Test("A broker that is killed leaves no command behind, and the next one says in the log what it had started")
    func brokerKilled() throws {
        let host = try GuardedHost(rules: [Self.bash])
        let client = try host.start("bailey run -- bash -c '(setsid sleep 4323 &) ; sleep 4324'; echo status=$?")
        try until(host, "pgrep -x sleep | wc -l | grep -qx 2")
        try host.stopBroker(signal: "KILL")
        #expect(try client.finish().output.contains("status=9"))
        try until(host, "! pgrep -x sleep >/dev/null")
        try host.startBroker()
        let finish = try #require(try host.records().first { $0.contains("\"event\":\"finish\"") })
        #expect(finish.contains("\"status\":\"unseen\""), "\(finish)")
        #expect(try host.verifyLog().status == 0)
    }

    @Test("A user whose commands left too much running starts no more until some of it has ended; others do")
    func manyLeftRunning() throws {
        let host = try GuardedHost(rules: [Self.bash])
        let leaving = "bailey-sudo -n bash -c 'sleep 4325 >/dev/null 2>&1 & disown'"
        let outcome = try host.run("for n in $(seq 256); do \(leaving) || exit; done; \(leaving)")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("left something running 256 times"), "\(outcome)")
        #expect(try host.output(of: "bailey-sudo -n bash -c 'echo bob'", as: "bob") == "bob")
        _ = try host.output(of: "pkill --oldest -x sleep", as: "root")
        try until(host, "test $(pgrep -c -x bailey-monitor) -lt 256")
        #expect(try host.run("bailey-sudo -n bash -c true").status == 0)
        #expect(try host.verifyLog().status == 0)
    }

    @Test("Commands start without the small program that forks their monitors, by a copy of the broker")
    func withoutSpawner() throws {
        let host = try GuardedHost(rules: [Self.bash])
        let parent = "bailey-sudo bash -c 'readlink /proc/$PPID/exe'"
        #expect(try host.output(of: parent).hasSuffix("/bailey-spawner"))
        #expect(try host.run("pgrep -x bailey-spawner", as: "root").status == 0)
        // One of another build would misread what it is sent.
        #expect(try host.run("bailey-spawner 0 1; exit $?", as: "root").status == 1)
        try host.stopBroker()
        try until(host, "! pgrep -x bailey-spawner >/dev/null")
        _ = try host.run(
            "mkdir /run/alone && cp $(which bailey-broker) /run/alone && mount --bind /run/alone $(dirname $(which bailey-broker))",
            as: "root")
        try host.startBroker()
        _ = try host.run("umount --lazy $(dirname $(which bailey-broker))", as: "root")
        #expect(try host.output(of: parent).hasSuffix("/bailey-broker"))
        #expect(try host.output(of: Self.signals) == Self.standardSignals)
    }

    /// The broker and its client ignore a reader that goes away, and block what they wait for; a command is to know nothing of that.
    private static let signals = #"bailey-sudo bash -c 'grep -E "^Sig(Blk|Ign)" /proc/$$/status'"#
    private static let standardSignals = ["SigBlk", "SigIgn"].map { "\($0):\t0000000000000000" }
        .joined(separator: "\n")

    @Test(
        "A command has every signal at its default, and its arguments whole, be they few or more than a message takes")
    func plansOfAnySize() throws {
        let host = try GuardedHost(rules: [Self.bash])
        #expect(try host.output(of: Self.signals) == Self.standardSignals)
        for count in [1, 7_000, 9_000, 120_000] {
            let script =
                "bailey-sudo bash -c 'printf %s \"$1\" | sha256sum' bash $(head -c \(count) /dev/zero | tr '\\0' x)"
            let direct = "head -c \(count) /dev/zero | tr '\\0' x | sha256sum"
            #expect(try host.output(of: script) == host.output(of: direct), "\(count) bytes")
        }
        // Several of those are more than the spawner is sent, so the broker forks by itself.
        let many =
            "set -- $(for n in 1 2 3; do head -c 60000 /dev/zero | tr '\\0' $n; echo; done); bailey-sudo bash -c 'echo $# ${#1} ${#2} ${#3}' bash \"$@\""
        #expect(try host.output(of: many) == "3 60000 60000 60000")
    }

    @Test(
        "A client that asks along with its greeting is greeted along with the answer, and one that only greets at once")
    func greeting() throws {
        let host = try GuardedHost(rules: [Self.id])
        let script = """
            import socket, struct
            def frame(kind, body=b''): return struct.pack('>IB', len(body) + 1, kind) + body
            hello = frame(1, struct.pack('>BIHBI', 1, 2, 1, 2, 1) + b'x')
            for said in hello + frame(3), hello:
                s = socket.socket(socket.AF_UNIX); s.connect('/run/bailey/broker.sock')
                s.send(said)
                answer, kinds = s.recv(65536), []
                while answer:
                    size, kind = struct.unpack('>IB', answer[:5]); kinds.append(kind); answer = answer[4 + size:]
                print(len(kinds), kinds[0], end=';')
            """
        try host.write("/run/greeting.py", script)
        #expect(try host.output(of: "python3 /run/greeting.py", as: "claude") == "2 1;1 1;")
    }

    @Test("Told to stop, the broker refuses what waits, lets what runs end, and leaves a signed log")
    func stop() throws {
        let host = try GuardedHost(rules: [Self.bash, GuardedApprovalTests.rule("/usr/bin/id", "peer")])
        let waiting = try host.start("bailey run -- id; echo status=$?")
        let running = try host.start("bailey run -- bash -c 'sleep 1; echo done'; echo status=$?")
        try until(host, "pgrep -x sleep >/dev/null && grep -q approval_asked /var/lib/bailey/audit/audit-*.jsonl")
        try host.stopBroker()
        #expect(try waiting.finish().output.contains("status=10"))
        #expect(try running.finish().output == "done\nstatus=0\n")
        #expect(try host.records().last?.contains("\"broker_stop\"") == true)
        #expect(try host.verifyLog().status == 0)
    }

    @Test("A disk that is full under the log denies, clearly, and runs again once there is room")
    func disk() throws {
        let host = try GuardedHost(rules: [Self.id])
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        _ = try host.run("head -c 1G /dev/zero > /var/lib/fill", as: "root")
        // What is left of the last page takes a record or two.
        let outcome = try host.run(
            "for n in 1 2 3 4 5; do bailey run -- id -u >/dev/null 2>&1; done; bailey run -- id -u; exit $?")
        #expect(outcome.status == 3 && outcome.output.isEmpty && outcome.errors.contains("record"), "\(outcome)")
        _ = try host.run("rm /var/lib/fill", as: "root")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        #expect(try host.verifyLog().status == 0)
    }

    @Test("Where the log cannot be written the broker does not start, and says why")
    func readOnly() throws {
        let host = try GuardedHost(rules: [Self.id])
        try host.stopBroker()
        let outcome = try host.run("mount -o remount,ro /var/lib && bailey-broker; exit $?", as: "root")
        #expect(outcome.status == 3 && outcome.errors.contains("Read-only file system"), "\(outcome)")
        _ = try host.run("mount -o remount,rw /var/lib", as: "root")
        try host.startBroker()
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
    }

    @Test("A client that dies behind input which its command does not read ends the command all the same")
    func fullInput() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/sleep")])
        let script = """
            import os, pty, select, signal
            client, terminal = pty.fork()
            if client == 0: os.execvp('bailey-sudo', ['bailey-sudo', 'sleep', '4325'])
            while os.system('pgrep -x sleep >/dev/null'): pass
            os.set_blocking(terminal, False)
            typed = 0
            while select.select([], [terminal], [], 1)[1]: typed += os.write(terminal, b'x\\n' * 500)
            os.kill(client, signal.SIGKILL)
            print(typed)
            """
        try host.write("/run/typing.py", script)
        let typed = try host.output(of: "python3 /run/typing.py")
        #expect(try #require(Int(typed)) > 256 << 10)
        try until(host, "! pgrep -x sleep >/dev/null")
    }

    @Test("Output that nobody takes, on a socket that blocks, holds up neither the end of its command nor anybody else")
    func fullOutput() throws {
        let host = try GuardedHost(rules: [Self.id, GuardedCommandTests.allow("/usr/bin/yes")])
        let script = """
            import signal, socket, subprocess, time
            reader, writer = socket.socketpair()
            client = subprocess.Popen(['bailey-sudo', 'yes'], stdin=subprocess.DEVNULL, stdout=writer)
            while not reader.recv(1, socket.MSG_PEEK): pass
            print('full', flush=True)
            input()
            client.kill()
            input()
            """
        try host.write("/run/full.py", script)
        let client = try host.terminal("python3 /run/full.py", as: "ada")
        try client.read(until: "full")
        for _ in 1...3 { #expect(try host.output(of: "bailey-sudo id -u") == "0") }
        try client.type("\n")
        try until(host, "! pgrep -x yes >/dev/null")
        try client.type("\n")
        _ = try client.readToEnd()
    }

    @Test(
        "Streams that cannot be written or read, and no files at all, end their own command and never the broker",
        arguments: [
            "bailey-sudo id 1</dev/null", "bailey-sudo id 2</dev/null", "bailey-sudo id 1</etc/passwd",
            "bailey-sudo id 1</run/pipe", "bailey-sudo id 0>/run/home/ada/file", "bailey-sudo id 0>/dev/null",
            "bailey-sudo id 0</ 1>/dev/null", "python3 /run/places.py", "EDITOR=true python3 /run/edited.py",
        ])
    func unusableStreams(script: String) throws {
        let host = try GuardedHost(rules: [
            GuardedCommandTests.allow("/usr/bin/id", "[...]", "record: true, limits: { output: 1M }"),
            GuardedCommandTests.allow("/usr/bin/sudoedit"), GuardedCommandTests.allow("/usr/bin/true"),
        ])
        // Files that are open as places only.
        let places = """
            import os
            for number in (0, 1, 2): os.dup2(os.open('/etc/passwd', os.O_PATH), number)
            os.execvp('bailey-sudo', ['bailey-sudo', 'id'])
            """
        // A client that hands back a document that it cannot read itself.
        let edited = """
            import os, socket, struct
            field = lambda tag, value: struct.pack('>BI', tag, len(value)) + value
            texts = lambda all: struct.pack('>I', len(all)) + b''.join(struct.pack('>I', len(one)) + one for one in all)
            frame = lambda kind, fields: struct.pack('>IB', len(fields) + 1, kind) + fields
            none = struct.pack('>I', 0)
            broker = socket.socket(socket.AF_UNIX); broker.connect('/run/bailey/broker.sock')
            run = field(1, texts([b'/etc/new'])) + field(2, os.getcwd().encode()) + field(3, none)
            run += field(6, struct.pack('>I', 1 << 11)) + field(10, none)
            broker.sendall(frame(1, field(1, struct.pack('>H', 1)) + field(2, b'x')) + frame(2, run))
            got, more = b'', b'.'
            while more and b'/etc/new' not in got:
                more = socket.recv_fds(broker, 4096, 4)[0]
                got += more
            print('offered' if more else got)
            file = os.open('/run/home/ada/document', os.O_WRONLY | os.O_CREAT)
            socket.send_fds(broker, [frame(16, field(1, struct.pack('>IIH', 1, 2, 0)))], [file])
            while broker.recv(4096): pass
            """
        try host.write("/run/places.py", places)
        try host.write("/run/edited.py", edited)
        let broker = try host.output(of: "mkfifo -m 666 /run/pipe; exec 9<>/run/pipe; cat /run/broker.pid", as: "root")
        let outcome = try host.run("exec 8<>/run/pipe; \(script)")
        #expect(!script.contains("edited") || outcome.output == "offered\n", "\(outcome)")
        #expect(try host.run("bailey-sudo true; exit $?").status == 0)
        #expect(try host.output(of: "pgrep -x bailey-broker", as: "root") == broker)
    }

    @Test("Garbage, oversized, half-closed and silent clients disturb nobody else")
    func hostileClients() throws {
        let host = try GuardedHost(rules: [Self.id])
        let script = """
            import os, socket, struct
            def connect():
                s = socket.socket(socket.AF_UNIX); s.connect('/run/bailey/broker.sock'); return s
            hello = bytes([1]) + struct.pack('>BIHBI', 1, 2, 1, 2, 1) + b'x'
            hello = struct.pack('>I', len(hello)) + hello
            held = []
            for n in range(40):
                s = connect(); held.append(s)
                kind = n % 8
                if kind == 0: s.send(os.urandom(4096))
                if kind == 1: s.send(b'\\xff\\xff\\xff\\xff')
                if kind == 2: s.send(hello); s.shutdown(socket.SHUT_WR)
                if kind == 3: s.send(hello[:5])
                if kind == 4: s.send(hello + hello)
                if kind == 5: s.send(hello + struct.pack('>I', 1 << 20) + bytes([2]))
                if kind == 6: socket.send_fds(s, [hello], [0] * 40)
                if kind == 7: s.send(hello + struct.pack('>IB', 1, 13) * 1000)
            print('held', flush=True)
            os.read(0, 1)
            """
        try host.write("/run/hostile.py", script)
        let hostile = try host.terminal("python3 /run/hostile.py", as: "claude")
        try hostile.read(until: "held")
        for _ in 1...5 { #expect(try host.output(of: "bailey-sudo id -u") == "0") }
        try hostile.type("\n")
        _ = try hostile.readToEnd()
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
    }

    @Test("One user's connections are bounded, and another's are served meanwhile")
    func connectionFlood() throws {
        let host = try GuardedHost(rules: [Self.id])
        let script = """
            import socket
            held = []
            for n in range(320):
                s = socket.socket(socket.AF_UNIX); s.connect('/run/bailey/broker.sock'); held.append(s)
            print('held', flush=True)
            input()
            """
        try host.write("/run/flood.py", script)
        let flood = try host.terminal("python3 /run/flood.py", as: "claude")
        try flood.read(until: "held")
        #expect(try host.output(of: "bailey-sudo id -u") == "0")
        #expect(try host.run("bailey run -- id -u; exit $?", as: "claude").status != 0)
        try flood.type("\n")
        _ = try flood.readToEnd()
        try until(host, "setpriv --reuid claude --regid claude --init-groups bailey run -- id -u >/dev/null 2>&1")
    }

    @Test(
        "Killed by SIGKILL at any instant: every command that ran has its record, the chain holds, no command is left behind",
        arguments: [Int(ProcessInfo.processInfo.environment["BAILEY_BROKER_KILLS"] ?? "") ?? 100])
    func killedAtAnyInstant(kills: Int) throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/run/bin/note")])
        let note = "#!/bin/sh\necho $1 >> /run/ran/$1\nsleep 0.01\n"
        _ = try host.run("mkdir /run/bin; cat > /run/bin/note; chmod 755 /run/bin/note", as: "root", input: note)
        let outcome = try host.killBrokers(kills, within: 60, clients: 3)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try host.verifyLog().status == 0)
        try until(host, "! pgrep -x note >/dev/null")
        let ran = try host.output(of: "cat /run/ran/* 2>/dev/null | sort", as: "root").split(separator: "\n")
        let records = try host.records()
        let started = Set(
            records.filter { $0.contains("\"event\":\"start\"") }.compactMap {
                $0.firstMatch(of: /note","([0-9-]+)"/)?.output.1
            })
        #expect(!ran.isEmpty && Set(ran).count == ran.count, "each ran once")
        #expect(ran.allSatisfy { started.contains($0) }, "\(ran.filter { !started.contains($0) }) ran without a record")
        let ids = { (event: String) in
            Set(
                records.filter { $0.contains("\"event\":\"\(event)\"") }.compactMap {
                    $0.firstMatch(of: /"request":"([0-9a-f]{12})"/)?.output.1
                })
        }
        #expect(ids("start").isSubset(of: ids("finish")), "every start has its end on record")
    }
}
