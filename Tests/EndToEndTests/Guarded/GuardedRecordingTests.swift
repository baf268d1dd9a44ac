import TestSupport
import Testing

/// `record: true` where there is no terminal, or not all of the streams are one.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedRecordingTests {
    private func host(_ more: String = "record: true") throws -> GuardedHost {
        try GuardedHost(
            rules: ["bash", "cat", "true", "head"].map {
                GuardedCommandTests.allow("/usr/bin/\($0)", "[...]", more)
            })
    }

    /// Every event of every recording, a line each.
    private func events(_ host: GuardedHost) throws -> [String] {
        try host.output(of: "cat /var/lib/bailey/recordings/*", as: "root").split(separator: "\n").map(String.init)
    }

    @Test("What goes in by a pipe, and what comes out on either stream, is recorded and arrives as it was")
    func pipes() throws {
        let host = try host()
        let script = """
            printf 'hello ä\\n' | bailey-sudo bash -c 'read text; echo "out $text"; echo "err $text" >&2' > out 2> err
            cat out err
            """
        #expect(try host.output(of: "cd ~; \(script)") == "out hello ä\nerr hello ä")
        let events = try events(host)
        #expect(events.contains { $0.hasSuffix(#","i","hello ä\n"]"#) }, "\(events)")
        #expect(events.contains { $0.hasSuffix(#","o","out hello ä\n"]"#) }, "\(events)")
        #expect(events.contains { $0.hasSuffix(#","o","err hello ä\n"]"#) }, "\(events)")
        let start = try #require(try host.records().first { $0.contains("\"event\":\"start\"") })
        #expect(start.contains("\"recorded\":true"))
    }

    @Test(
        "Bytes that are no text go through a recorded command unchanged, from a pipe, a file and a socket",
        arguments: ["cat bytes | bailey-sudo cat > copy", "bailey-sudo cat < bytes > copy", "python3 /run/pair.py"])
    func binary(script: String) throws {
        let host = try host()
        let socket = """
            import socket, subprocess, threading
            ours, theirs = socket.socketpair()
            client = subprocess.Popen(['bailey-sudo', 'cat'], stdin=theirs, stdout=open('copy', 'wb'))
            theirs.close(); ours.sendall(open('bytes', 'rb').read()); ours.close()
            raise SystemExit(client.wait())
            """
        try host.write("/run/pair.py", socket)
        #expect(
            try host.output(of: "cd ~; head -c 300000 /dev/urandom > bytes; \(script) && cmp bytes copy && echo same")
                == "same")
        #expect(try events(host).contains { $0.contains(",\"i\",") })
    }

    @Test("At a terminal what is piped in is recorded along with what is shown")
    func terminal() throws {
        let host = try host()
        let session = try host.terminal(
            "printf 'piped\\n' | bailey-sudo bash -c 'read text; echo got $text'; echo status=$?")
        #expect(try session.readToEnd().contains("got piped"))
        let events = try events(host)
        #expect(events.contains { $0.hasSuffix(#","i","piped\n"]"#) }, "\(events)")
        #expect(events.contains { $0.contains("\"o\"") && $0.contains("got piped") }, "\(events)")
    }

    @Test("Input that nobody reads, never ends or never comes keeps no recorded command from its end")
    func unread() throws {
        let host = try host()
        let script = """
            yes | bailey-sudo true; echo $?
            mkfifo silence; exec 9<>silence; bailey-sudo true < silence; echo $?
            bailey-sudo head -c 100000 < /dev/zero | wc -c
            : | bailey-sudo cat; bailey-sudo cat < /dev/null; echo $?
            """
        #expect(try host.output(of: "cd ~; \(script)") == "0\n0\n100000\n0")
        let kind = try host.run("bailey-sudo cat < /")
        #expect(kind.status != 0 && kind.errors.contains("file of this kind"), "\(kind)")
    }

    @Test(
        "All that a command printed before it ended arrives, where it is recorded and where it is counted",
        arguments: ["record: true", "limits: { output: 10M }"])
    func lastOutput(terms: String) throws {
        let host = try host(terms)
        for count in [4096, 65_536, 70_000, 1_000_000] {
            #expect(try host.output(of: "bailey-sudo head -c \(count) /dev/zero | wc -c") == "\(count)")
        }
    }

    @Test("A command that is not recorded reads its client's own input, and no more of it than it wants")
    func unrecorded() throws {
        let host = try host("record: false")
        let script = "printf 'first\\nsecond\\n' | (bailey-sudo bash -c 'read text; echo got $text'; cat)"
        #expect(try host.output(of: script) == "got first\nsecond")
    }

    @Test("Where input cannot be recorded any more the command ends, and says why")
    func full() throws {
        let host = try host()
        // More than the file system that recordings lie on takes.
        let outcome = try host.run("head -c 30M /dev/zero | bailey-sudo cat > /dev/null; exit ${PIPESTATUS[1]}")
        #expect(outcome.status != 0 && outcome.errors.contains("cannot be recorded any more"), "\(outcome)")
        _ = try host.run("rm /var/lib/bailey/recordings/*", as: "root")
        #expect(try host.output(of: "echo again | bailey-sudo cat") == "again")
        #expect(try host.verifyLog().status == 0)
    }

    /// Gives recordings a file system of their own that takes little.
    private func shrinkRecordings(_ host: GuardedHost) throws {
        let script = """
            mkdir -p -m 700 /var/lib/bailey/recordings
            mount -t tmpfs -o size=256k,mode=700 tmpfs /var/lib/bailey/recordings
            """
        #expect(try host.run(script, as: "root").status == 0)
    }

    @Test("No command gets a byte of input that could not be recorded, though it does not heed SIGTERM")
    func unrecordedInput() throws {
        let host = try host()
        try shrinkRecordings(host)
        let script = """
            (head -c 2M /dev/zero | tr '\\0' x; echo payload) |
                bailey-sudo bash -c 'trap "" TERM; cat > /run/taken'; exit ${PIPESTATUS[1]}
            """
        let outcome = try host.run(script)
        #expect(outcome.status != 0 && outcome.errors.contains("cannot be recorded any more"), "\(outcome)")
        let taken = try #require(Int(try host.output(of: "tr -cd x < /run/taken | wc -c", as: "root")))
        let kept = try #require(
            Int(try host.output(of: "cat /var/lib/bailey/recordings/* | tr -cd x | wc -c", as: "root")))
        #expect(taken > 0 && taken <= kept, "\(taken) taken, \(kept) recorded")
        #expect(try host.run("grep -q payload /run/taken", as: "root").status == 1)
    }

    @Test("At a terminal nothing that is typed reaches a command whose recording is full")
    func unrecordedTyping() throws {
        let host = try host()
        try shrinkRecordings(host)
        let command = #"trap "" TERM; echo begun; while read -r line; do [ "$line" = go ] && touch /run/ran; done"#
        let session = try host.terminal("bailey-sudo bash -c '\(command)'; echo status=$?")
        try session.read(until: "begun")
        _ = try host.run("head -c 1M /dev/zero > /var/lib/bailey/recordings/filler", as: "root")
        // More than the rest of the recording's last page.
        try session.type(String(repeating: String(repeating: "x", count: 1000) + "\n", count: 6) + "go\n")
        #expect(try session.readToEnd().contains("cannot be recorded any more"))
        #expect(try host.run("test -e /run/ran", as: "root").status == 1)
    }

    @Test("A broker whose client has gone does not spin while the rest of the output waits for its reader")
    func waitsWithoutSpinning() throws {
        let host = try host()
        let script = """
            cd ~; mkfifo output silence; exec 8<>silence 9<>output
            cat <&8 > /dev/null &
            bailey-sudo bash -c 'echo $$ > /run/command; head -c 100000 /dev/zero; touch /run/printed' > output &
            until [ -e /run/printed ] && ! [ -e /proc/$(cat /run/command) ]; do read -t 0.05 -u 8; done
            kill -KILL $!
            """
        #expect(try host.run(script).status == 0)
        let measured = """
            mkfifo /run/silence; exec 8<>/run/silence
            ticks() { cut -d' ' -f14,15 /proc/$(cat /run/broker.pid)/stat | tr ' ' +; }
            before=$(ticks)
            until grep -q '"event":"finish"' /var/lib/bailey/audit/audit-*.jsonl; do read -t 0.1 -u 8; done
            echo $(( $(ticks) - ($before) ))
            """
        let ticks = try #require(Int(try host.output(of: measured, as: "root")))
        // Hundredths of a second, of the ten seconds that it waits.
        #expect(ticks < 100, "\(ticks) ticks")
    }

    @Test("The broker writes nothing into proc for a client, and reads nothing there, and says which stream it was")
    func kernelFiles() throws {
        let host = try host()
        let written = try host.run(
            "bailey-sudo bash -c 'echo -1000' > /proc/$$/oom_score_adj; cat /proc/$$/oom_score_adj")
        #expect(written.output != "-1000\n" && written.errors.contains("standard output:"), "\(written)")
        #expect(written.errors.contains("type proc") && written.errors.contains("| cat > FILE"), "\(written)")
        let errors = try host.run("(bailey-sudo bash -c 'echo -1000 >&2' 2>&3 3>&-) 3> /proc/$$/oom_score_adj")
        #expect(errors.status != 0, "\(errors)")
        let read = try host.run("bailey-sudo cat < /proc/self/status")
        #expect(read.status != 0 && read.output.isEmpty && read.errors.contains("standard input:"), "\(read)")
        #expect(try host.output(of: "cat /proc/self/status | bailey-sudo cat | head -c 5") == "Name:")
    }

    @Test("A file of an overlay that a user mounted is not taken, one of a file system in memory is")
    func ownMounts() throws {
        let host = try host()
        let script = """
            cd ~; mkdir m; mkfifo ready silence; exec 8<>silence 9<>ready
            unshare --user --map-root-user --mount bash -c '
                mount -t tmpfs tmpfs m; mkdir m/lower m/upper m/work m/merged; echo memory > m/lower/file
                mount -t overlay overlay -o lowerdir=m/lower,upperdir=m/upper,workdir=m/work m/merged; mkfifo m/pipe
                echo >&9; read -u 8' &
            read -u 9; place=/proc/$!/root$PWD/m
            bailey-sudo cat < $place/lower/file
            bailey-sudo cat < $place/merged/file
            bailey-sudo bash -c 'echo written' >> $place/merged/file
            bailey-sudo cat <> $place/pipe
            cat $place/merged/file
            echo >&8
            """
        let outcome = try host.run(script)
        #expect(outcome.output == "memory\nmemory\n", "\(outcome)")
        let refusals = outcome.errors.split(separator: "\n").filter { $0.contains("not mounted where the broker runs") }
        #expect(refusals.count == 3, "\(outcome)")
    }

    @Test("A file that a user's own program serves, below an overlay too, is not taken, and that program is not asked")
    func servedFiles() throws {
        let host = try host()
        // Answers a read with the error that a program's own mistake gives, and says that it was asked.
        let server = """
            import errno, stat, sys, fusepy as fuse
            class Files(fuse.Operations):
                def getattr(self, path, handle=None):
                    if path == '/': return dict(st_mode=stat.S_IFDIR | 0o755, st_nlink=2)
                    if path != '/file': raise fuse.FuseOSError(errno.ENOENT)
                    return dict(st_mode=stat.S_IFREG | 0o666, st_size=6, st_nlink=1)
                def read(self, path, size, offset, handle):
                    open(sys.argv[2], 'a').write('asked\\n')
                    raise fuse.FuseOSError(errno.EBADF)
                write = truncate = lambda self, *arguments: self.read(None, 0, 0, 0)
            fuse.FUSE(Files(), sys.argv[1], foreground=True, direct_io=True)
            """
        try host.write("/run/serve.py", server)
        _ = try host.output(of: "mknod -m 666 /run/fuse c 10 229; mount --bind /run/fuse /dev/fuse", as: "root")
        let script = """
            cd ~; mkdir m; touch m.asked; mkfifo ready silence; exec 8<>silence 9<>ready
            unshare --user --map-root-user --mount bash -c '
                mount -t tmpfs tmpfs m; mkdir m/served m/upper m/merged m/other
                mount -t tmpfs tmpfs m/upper; mkdir m/upper/files m/upper/work
                /usr/bin/python3 /run/serve.py m/served m.asked &
                until test -e m/served/file; do kill -0 $! || break; done
                mount -t overlay overlay -o lowerdir=m/served,upperdir=m/upper/files,workdir=m/upper/work m/merged
                echo >&9; read -u 8; kill %1' &
            read -u 9; place=/proc/$!/root$PWD/m
            bailey-sudo cat < $place/served/file
            bailey-sudo bash -c 'echo written' >> $place/served/file
            bailey-sudo cat < $place/merged/file
            cat m.asked
            cat $place/served/file
            cat m.asked
            echo >&8
            bailey-sudo true && echo alive
            """
        let outcome = try host.run(script)
        #expect(outcome.output == "asked\nalive\n", "\(outcome)")
        // The kernel itself lets no other user, and so not root, look at a file of FUSE (allow_other, fuse(4)).
        let refusals = outcome.errors.split(separator: "\n").filter { $0.contains("a file that came along") }
        #expect(refusals.count == 3, "\(outcome)")
    }
}
