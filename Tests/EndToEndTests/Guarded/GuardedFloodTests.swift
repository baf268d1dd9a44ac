import Foundation
import TestSupport
import Testing

/// Thousands of requests at once.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience, .serialized)
struct GuardedFloodTests {
    private static let rules = [
        GuardedApprovalTests.rule("/usr/bin/id", "peer"), GuardedCommandTests.allow("/usr/bin/true"),
    ]

    /// Asks for `id 1`, `id 2` and so on, each over a connection of its own, all of them held by this one process until they are answered.
    /// In turn: the next one asks once the last one waits, and once the one that had to make room for it has been told. At once: nobody
    /// is listened to before the last one has asked. What each was told is written down, with the most threads that the broker had.
    private static let client = """
        import json, os, resource, select, socket, struct, sys
        count, in_turn, waiting_limit = int(sys.argv[1]), sys.argv[2] == 'in-turn', int(sys.argv[3])
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        broker = open('/run/broker.pid').read().strip()
        field = lambda tag, value: struct.pack('>BI', tag, len(value)) + value
        texts = lambda all: struct.pack('>I', len(all)) + b''.join(struct.pack('>I', len(one)) + one for one in all)
        frame = lambda kind, fields: struct.pack('>IB', len(fields) + 1, kind) + fields
        hello = frame(1, field(1, struct.pack('>H', 1)) + field(2, b'flood'))
        none = struct.pack('>I', 0)
        told, threads, held = {}, 0, {}

        def ask(number):
            client = socket.socket(socket.AF_UNIX)
            client.connect('/run/bailey/broker.sock')
            held[number] = client
            run = field(1, texts([b'id', b'%d' % number])) + field(2, os.getcwd().encode()) + field(3, none) + field(6, none) + field(10, none)
            try: client.sendall(hello + frame(2, run))
            except (BrokenPipeError, ConnectionResetError): pass

        def exactly(client, length):
            got = b''
            while len(got) < length:
                more = client.recv(length - len(got))
                if not more: return None
                got += more
            return got

        def listen(number):
            while True:
                start = exactly(held[number], 4)
                body = start and exactly(held[number], struct.unpack('>I', start)[0])
                if body and body[0] == 1: continue
                if body and body[0] == 4: told[number] = 'waits'
                else:
                    told[number] = body[12:12 + struct.unpack('>I', body[8:12])[0]].decode() if body else 'nothing'
                    held.pop(number).close()
                return

        def look():
            global threads
            for line in open(f'/proc/{broker}/status'):
                if line.startswith('Threads:'): threads = max(threads, int(line.split()[1]))
            # Whoever waits for the end sees that it goes on.
            print('.', end='', flush=True)

        for number in range(1, count + 1):
            ask(number)
            if in_turn:
                listen(number)
                if number > waiting_limit: listen(number - waiting_limit)
            if number % 50 == 0: look()
        for number in sorted(held):
            if number not in told: listen(number)
        look()
        if not in_turn:
            # Some that waited have made room since, and were told so.
            waiting = select.poll()
            for client in held.values(): waiting.register(client, select.POLLIN)
            for ready, _ in waiting.poll(0):
                listen(next(number for number, client in held.items() if client.fileno() == ready))
        print('told', json.dumps({'told': told, 'threads': threads}), flush=True)
        sys.stdin.readline()
        """

    /// What the clients of one process were told.
    private struct Told: Decodable {
        var told: [Int: String]
        var threads: Int

        func numbers(_ text: String) -> [Int] { told.filter { $0.value.contains(text) }.keys.sorted() }
    }

    private func host(limit: Int) throws -> GuardedHost {
        let host = try GuardedHost(
            settings: GuardedHost.settings + "\npending: { expire_seconds: 3600, limit: \(limit) }", rules: Self.rules)
        try host.write("/run/clients.py", Self.client)
        return host
    }

    /// Starts the clients, and returns once each of them was told something and those that wait go on waiting.
    private func flood(
        _ host: GuardedHost, _ count: Int, inTurn: Bool, limit: Int, as user: String
    ) throws -> (clients: TerminalSession, told: Told) {
        let clients = try host.terminal(
            "stty -echo; python3 /run/clients.py \(count) \(inTurn ? "in-turn" : "at-once") \(limit)", as: user)
        try clients.read(until: "told ")
        let text = try clients.read(until: "\n")
        return (clients, try JSONDecoder().decode(Told.self, from: Data(text.utf8)))
    }

    /// The most memory that the broker ever had, in MiB.
    private func peak(_ host: GuardedHost) throws -> Int {
        let kibibytes = try host.output(
            of: "grep VmHWM /proc/$(cat /run/broker.pid)/status | grep -o '[0-9]*'", as: "root")
        return try #require(Int(kibibytes)) >> 10
    }

    /// Another user's command that needs no approval, and one that a peer approves, go through while others wait.
    private func othersAreServed(_ host: GuardedHost) throws {
        #expect(try host.run("bailey-sudo true; exit $?").status == 0)
        let requester = try host.terminal("bailey run -- id -u; echo status=$?")
        let id = try GuardedApprovalTests.id(
            in: try requester.read(until: "bailey approve") + "bailey approve" + requester.read(until: "\n"))
        let listing = try host.output(of: "bailey requests", as: "bob")
        #expect(listing.contains(id), "what ada asks for is listed among the others'")
        let approver = try host.terminal("bailey approve \(id); echo approved=$?", as: "bob")
        try approver.read(until: "? ")
        try approver.type("yes\n")
        try approver.read(until: "password for bob: ")
        try approver.type("secret\n")
        try approver.read(until: "approved=0")
        try requester.read(until: "status=0")
    }

    @Test("Of 5,000 requests of one user the oldest is refused in turn, with the reason; others are served meanwhile")
    func inTurn() throws {
        let host = try host(limit: 64)
        let (clients, told) = try flood(host, 5000, inTurn: true, limit: 32, as: "claude")
        #expect(told.numbers("waits") == Array(4969...5000))
        #expect(told.numbers("too many requests wait, and this was the oldest") == Array(1...4968))
        // Those that wait, those that have just been refused, and what the broker has for itself.
        #expect(told.threads < 160, "\(told.threads) threads")
        #expect(try peak(host) < 64, "MiB")
        try othersAreServed(host)
        try clients.type("\n")
        _ = try clients.readToEnd()
        let records = try host.records()
        let asked = records.filter { $0.contains("\"approval_asked\"") && $0.contains("claude(") }
        let refused = records.filter { $0.contains("\"approval_expired\"") && $0.contains("this was the oldest") }
        #expect(asked.count == 5000 && refused.count == 4968, "\(asked.count) asked, \(refused.count) refused")
        #expect(try host.verifyLog().status == 0)
    }

    @Test("5,000 that ask at once, and do not listen, are answered each; others are served meanwhile")
    func atOnce() throws {
        let host = try host(limit: 64)
        let (clients, told) = try flood(host, 5000, inTurn: false, limit: 32, as: "claude")
        let answers = ["waits", "too many requests wait, and this was the oldest", "too many connections of this user"]
        let numbers = answers.map(told.numbers)
        #expect(numbers.joined().sorted() == Array(1...5000), "\(Set(told.told.values))")
        #expect((1...128).contains(numbers[0].count), "\(numbers.map(\.count))")
        #expect(told.threads < 160, "\(told.threads) threads")
        #expect(try peak(host) < 64, "MiB")
        try othersAreServed(host)
        try clients.type("\n")
        _ = try clients.readToEnd()
        #expect(try host.verifyLog().status == 0)
    }

    @Test(
        "Where the policy lets thousands wait they do, each with its connection, and an approver finds the one of another user"
    )
    func thousands() throws {
        let host = try host(limit: 4096)
        let (first, one) = try flood(host, 2048, inTurn: true, limit: 2048, as: "claude")
        let (second, two) = try flood(host, 1900, inTurn: true, limit: 2048, as: "old")
        #expect(one.numbers("waits").count == 2048 && two.numbers("waits").count == 1900)
        #expect(two.threads < 4200, "\(two.threads) threads")
        let peak = try peak(host)
        #expect(peak < 512, "MiB")
        print("4,000 requests wait: \(two.threads) threads, \(peak) MiB")
        try othersAreServed(host)
        for clients in [first, second] {
            try clients.type("\n")
            _ = try clients.readToEnd()
        }
        #expect(try host.verifyLog().status == 0)
    }

    @Test("A broker that may open few files lets fewer wait, and has some left for everybody else")
    func fewFiles() throws {
        let host = try host(limit: 4096)
        try host.stopBroker()
        try host.startBroker(openFiles: 512)
        let (clients, told) = try flood(host, 300, inTurn: false, limit: 2048, as: "claude")
        #expect((1...10).contains(told.numbers("waits").count), "\(Set(told.told.values))")
        #expect(told.numbers("too many").count + told.numbers("waits").count == 300, "\(Set(told.told.values))")
        try othersAreServed(host)
        try clients.type("\n")
        _ = try clients.readToEnd()
    }

    @Test("Users without an account have together as many connections as one that has one")
    func subordinateIDs() throws {
        let host = try host(limit: 64)
        let script = """
            import os, socket, struct, sys
            field = lambda tag, value: struct.pack('>BI', tag, len(value)) + value
            hello = field(1, struct.pack('>H', 1)) + field(2, b'many')
            held = []
            for user in range(700001, 700005):
                for _ in range(100):
                    os.seteuid(user)
                    client = socket.socket(socket.AF_UNIX)
                    client.connect('/run/bailey/broker.sock')
                    os.seteuid(0)
                    try: client.sendall(struct.pack('>IB', len(hello) + 1, 1) + hello)
                    except (BrokenPipeError, ConnectionResetError): pass
                    if b'too many connections' not in client.recv(4096): held.append(client)
            print('held', len(held), flush=True)
            sys.stdin.readline()
            """
        try host.write("/run/many.py", script)
        let clients = try host.terminal("stty -echo; python3 /run/many.py", as: "root")
        try clients.read(until: "held ")
        // 96, and half of the requests that may wait: what one user may have.
        #expect(Int(try clients.read(until: "\n").trimmingCharacters(in: .whitespacesAndNewlines)) == 128)
        try othersAreServed(host)
        try clients.type("\n")
        _ = try clients.readToEnd()
    }
}
