import TestSupport
import Testing

/// What goes by way of the broker between a command and its client.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedRelayTests {
    @Test(
        "Who receives by a Unix socket what a recorded command prints is told that the requester sent it, and not the broker",
        arguments: ["SOCK_STREAM", "SOCK_DGRAM"])
    func sender(kind: String) throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/echo", "[...]", "record: true")])
        let script = """
            import os, socket, struct, subprocess
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.\(kind))
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            client = subprocess.Popen(['bailey-sudo', '-n', 'echo', 'printed'], stdin=subprocess.DEVNULL, stdout=theirs)
            text, control, _, _ = ours.recvmsg(100, 100)
            pid, user, group = struct.unpack('3i', control[0][2])
            print(text, pid == client.pid, user, group)
            client.wait()
            """
        try host.write("/run/receive.py", script)
        #expect(try host.output(of: "python3 /run/receive.py") == #"b'printed\n' True 4001 4001"#)
    }

    @Test("Clients that type more than their commands read fill no memory of the broker's")
    func typing() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/sleep")])
        let script = """
            import os, re, socket, struct, threading
            def sized(data): return struct.pack('>I', len(data)) + data
            def field(tag, data): return bytes([tag]) + sized(data)
            def message(kind, data): return sized(bytes([kind]) + data)
            hello = message(1, field(1, struct.pack('>H', 1)) + field(2, b'x'))
            arguments = struct.pack('>I', 2) + sized(b'sleep') + sized(b'1000')
            # Nothing is asked, and the command gets a terminal.
            run = message(2, field(1, arguments) + field(2, os.getcwd().encode()) + field(3, bytes(4))
                + field(6, struct.pack('>I', 1 | 1 << 10)) + field(10, bytes(4)))
            typed = message(12, field(1, b'x' * 1000000))
            def size():
                status = open('/proc/' + open('/run/broker.pid').read().strip() + '/status').read()
                return int(re.search(r'VmRSS:\\s+(\\d+)', status)[1]) // 1024
            def client(held):
                s = socket.socket(socket.AF_UNIX); s.connect('/run/bailey/broker.sock'); s.sendall(hello + run)
                held.append(s)
                # Until nothing is taken any more.
                s.settimeout(3)
                try:
                    for _ in range(60): s.sendall(typed)
                except TimeoutError: pass
            held, before = [], size()
            threads = [threading.Thread(target=client, args=(held,)) for _ in range(8)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            print('grew', size() - before)
            """
        try host.write("/run/type.py", script)
        let outcome = try host.run("python3 /run/type.py")
        let grown = outcome.output.split(separator: " ").last.flatMap { Int($0.filter(\.isNumber)) }
        // Of each a frame that is not whole, one that is, and what waits for the command: 3 MiB.
        #expect(try #require(grown, "\(outcome)") < 64, "\(outcome)")
    }
}
