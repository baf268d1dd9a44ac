import TestSupport
import Testing

/// What a requester makes of itself in a user namespace of its own, with the subordinate ids that its account has (subuid(5)).
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedNamespaceTests {
    private static let anybody =
        "{ id: anybody, effect: allow, command: /usr/bin/id, arguments: [...], from: any, approval: none }"

    /// Asks for `id` once its ids are mapped, without groups, as `user`.
    private static func client(as user: Int) -> String {
        GuardedWire.python + """
            import ctypes
            if ctypes.CDLL(None).unshare(0x10000000): raise OSError('unshare')
            open('/run/home/ada/unshared', 'w').write(str(os.getpid()))
            open('/run/home/ada/mapped').read()
            os.setgroups([])
            if \(user) != 4001: os.setresuid(\(user), \(user), \(user))
            s = socket.socket(socket.AF_UNIX); s.connect('/run/bailey/broker.sock'); s.sendall(hello + run(b'id', 0))
            answer = b''
            while part := s.recv(65536): answer += part
            words = {b'denies it': 'denied', b'uid \(user) is no account of this host': 'no account'}
            print(next((word for text, word in words.items() if text in answer), answer))
            """
    }

    @Test(
        "What denies a group or a user denies a process that shed the group; one that became a user without an account gets nothing",
        arguments: [
            ("groups: [web]", 4001, "denied"), ("groups: [web]", 100_000, "no account"),
            ("users: [ada]", 100_000, "no account"),
        ])
    func shed(from: String, user: Int, answer: String) throws {
        let host = try GuardedHost(rules: [
            "{ id: not-they, effect: deny, command: any, from: { \(from) } }", Self.anybody,
        ])
        try host.write("/run/client.py", Self.client(as: user))
        // Whoever opens one waits for the other side.
        _ = try host.output(of: "cd /run/home/ada && mkfifo unshared mapped && chown ada unshared mapped", as: "root")
        let client = try host.start("python3 /run/client.py")
        // What newuidmap(1) and newgidmap(1) do for an account with subordinate ids.
        let map = """
            process=$(cat /run/home/ada/unshared)
            for map in uid_map gid_map; do
                python3 -c "import os, sys; os.write(os.open(sys.argv[1], os.O_WRONLY), b'4001 4001 1\\n100000 100000 65536\\n')" /proc/$process/$map
            done
            : > /run/home/ada/mapped
            """
        #expect(try host.output(of: map, as: "root") == "")
        let outcome = try client.finish()
        #expect(outcome.output == "\(answer)\n", "\(outcome)")
        #expect(try host.output(of: "bailey-sudo id -u", as: "bob") == "0")
    }
}
