import TestSupport
import Testing

/// Files that a user's own program serves, in the hands of the real broker.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedServedFileTests {
    /// Never answers who closes a file (FLUSH, fuse(4)), and notes that it was asked.
    private static let server = """
        import stat, sys, threading, errno, fusepy as fuse
        class Files(fuse.Operations):
            def getattr(self, path, handle=None):
                if path == '/': return dict(st_mode=stat.S_IFDIR | 0o755, st_nlink=2)
                if path != '/file': raise fuse.FuseOSError(errno.ENOENT)
                return dict(st_mode=stat.S_IFREG | 0o666, st_size=6, st_nlink=1)
            def flush(self, path, handle):
                open(sys.argv[2], 'a').write('closed\\n')
                threading.Event().wait()
        fuse.FUSE(Files(), sys.argv[1], foreground=True, direct_io=True)
        """

    /// Sends the file as the standard input of a command, and notes the answer; by itself, for a shell's redirection closes a file too.
    private static let client =
        GuardedWire.python + """
            file = os.open(sys.argv[1], os.O_RDONLY)
            s = socket.socket(socket.AF_UNIX); s.connect('/run/bailey/broker.sock')
            socket.send_fds(s, [hello + run(b'true', 1)], [file])
            answer = b''
            while b'remedy' not in answer and b'came along' not in answer and (part := s.recv(65536)): answer += part
            open(sys.argv[2], 'wb').write(answer)
            """

    @Test(
        "A file whose server never lets go of who closes it keeps nobody waiting but who sent it",
        arguments: ["served", "merged"])
    func silentServer(place: String) throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/true")])
        try host.write("/run/serve.py", Self.server)
        try host.write("/run/send.py", Self.client)
        _ = try host.output(
            of: "mknod -m 666 /run/fuse c 10 229; mount --bind /run/fuse /dev/fuse; mkfifo -m 666 /run/home/ada/asked",
            as: "root")
        let attack = """
            cd ~; mkdir m; touch closed; mkfifo ready silence; exec 8<>silence 9<>ready
            unshare --user --map-root-user --mount bash -c '
                mount -t tmpfs tmpfs m; mkdir m/served m/upper m/merged
                mount -t tmpfs tmpfs m/upper; mkdir m/upper/files m/upper/work
                /usr/bin/python3 /run/serve.py m/served closed &
                until test -e m/served/file; do kill -0 $! || break; done
                mount -t overlay overlay -o lowerdir=m/served,upperdir=m/upper/files,workdir=m/upper/work m/merged
                echo >&9; read -u 8; kill %1' &
            read -u 9; place=/proc/$!/root$PWD/m/\(place)
            for number in 1 2 3; do python3 /run/send.py $place/file said-$number & done
            until [ -s said-1 ] && [ -s said-2 ] && [ -s said-3 ] && [ -s closed ]; do read -t 0.05 -u 9; done
            cat said-1; : > asked; read -u 8
            """
        let attacker = try host.start(attack)
        _ = try host.run("cat /run/home/ada/asked", as: "root")
        #expect(try host.output(of: "bailey-sudo -n true && echo started", as: "bob") == "started")
        _ = try host.run("echo > /run/home/ada/silence; echo > /run/home/ada/silence", as: "root")
        let outcome = try attacker.finish()
        #expect(outcome.output.contains("a file that came along with the request"), "\(outcome)")
        #expect(try host.output(of: "bailey-sudo -n true && echo started") == "started")
    }

    @Test("What was mounted or unmounted a moment ago counts for the next file that comes along")
    func mountsChange() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/cat")])
        let home = "/run/home/ada"
        _ = try host.output(of: "cd \(home); mkdir disk; mkfifo -m 666 asked go", as: "root")
        let shell = try host.start(
            """
            cd ~
            echo first > file; bailey-sudo -n cat < file; : > asked; read -r _ < go
            exec 7< disk/file; bailey-sudo -n cat <&7; : > asked; read -r _ < go
            bailey-sudo -n cat <&7 || echo "status $?"
            """)
        _ = try host.output(
            of: """
                cd \(home); cat asked
                mount -t ramfs disk disk; echo second > disk/file; echo > go; cat asked
                umount --lazy disk; echo > go
                """, as: "root")
        let outcome = try shell.finish()
        #expect(outcome.output.hasPrefix("first\nsecond\nstatus 1"), "\(outcome)")
        #expect(outcome.errors.contains("not mounted where the broker runs"), "\(outcome)")
    }
}
