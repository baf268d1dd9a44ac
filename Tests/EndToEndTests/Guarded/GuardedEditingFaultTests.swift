import TestSupport
import Testing

/// `sudo -e -u USER` with the real broker, where more is asked for than there is room for, or the broker ends in the middle.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedEditingFaultTests {
    private static let rule =
        "{ id: edit, effect: allow, command: /usr/bin/sudoedit, arguments: [...], from: any, run_as: { user: old }, unrestricted: true, approval: none }"

    private func host() throws -> GuardedHost {
        let host = try GuardedHost(rules: [Self.rule])
        let make = """
            set -e; umask 022; mkdir /run/site /run/site/group; echo old > /run/site/page; echo old > /run/site/group/page
            chown -R old:old /run/site; chgrp web /run/site/group; chmod 775 /run/site/group
            printf '#!/bin/sh\\ntouch /run/home/ada/editor; for file; do echo new >> $file; done\\n' > /run/editor
            printf '#!/bin/sh\\n: > $1\\n' > /run/emptying-editor
            printf '#!/bin/sh\\necho new >> $1; touch /run/home/ada/editing; until [ -e /run/done ]; do :; done\\n' > /run/slow-editor
            printf '#!/bin/sh\\nhead -c 8M /dev/zero > $1\\n' > /run/long-editor
            chmod 755 /run/*editor
            """
        #expect(try host.output(of: make, as: "root") == "")
        return host
    }

    @Test("A file of another user can be emptied")
    func emptied() throws {
        let host = try host()
        let outcome = try host.run("EDITOR=/run/emptying-editor bailey-sudo -e -u old /run/site/page; exit $?")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try host.output(of: "stat -c '%s %U' /run/site/page; ls /var/lib/bailey/edits", as: "root") == "0 old")
    }

    @Test(
        "More files than travel with a message, or one twice, are refused before any is read",
        arguments: [("/run/site/page{1..17}", "too many"), ("/run/site/page /run/site//page", "named twice")])
    func tooMany(files: String, why: String) throws {
        let host = try host()
        let outcome = try host.run("EDITOR=/run/editor bailey-sudo -e -u old \(files); exit $?")
        #expect(outcome.status == 1 && outcome.errors.contains(why), "\(outcome)")
        #expect(try host.output(of: "cat /run/site/page; ls /run/home/ada", as: "root") == "old")
    }

    @Test("What a requester's account may write is the requester's, whatever groups the process that asks has shed")
    func shedGroups() throws {
        let host = try host()
        let outcome = try host.run(
            "EDITOR=/run/editor setpriv --reuid ada --regid ada --clear-groups bailey-sudo -e -u old /run/site/group/page; exit $?",
            as: "root")
        #expect(outcome.status == 1 && outcome.errors.contains("writable directory"), "\(outcome)")
        #expect(try host.output(of: "cat /run/site/group/page", as: "root") == "old")
    }

    @Test(
        "What a user's own file system says of a file is not asked for, whether the file is in it or is its root",
        arguments: [("mkdir /run/site/place", "40755", "place/page"), ("touch /run/site/place", "100644", "place")])
    func userFileSystem(make: String, mode: String, file: String) throws {
        let host = try host()
        // It never answers: who asks it anything waits until it is gone.
        let serve = """
            import ctypes, os, signal
            options = b'fd=%d,rootmode=\(mode),user_id=4005,group_id=4005' % os.open('/dev/fuse', os.O_RDWR)
            assert ctypes.CDLL(None).mount(b'test', b'/run/site/place', b'fuse', 6, options) == 0
            open('/run/mounted', 'x')
            signal.pause()
            """
        try host.write("/run/serve.py", serve)
        let server = try host.start("\(make); chown old /run/site/place; exec python3 /run/serve.py", as: "root")
        _ = try host.run("until [ -e /run/mounted ]; do :; done", as: "root")
        let outcome = try host.run("EDITOR=/run/editor bailey-sudo -e -u old /run/site/\(file); exit $?")
        #expect(outcome.status == 1 && outcome.errors.contains("FUSE"), "\(outcome)")
        server.signal(9)
        _ = try server.finish()
    }

    /// Somebody whose editor is at work until `/run/done` is there.
    private func startEditing(_ host: GuardedHost) throws -> StartedProgram {
        let editing = try host.start("EDITOR=/run/slow-editor bailey-sudo -e -u old /run/site/page; echo status=$?")
        _ = try host.run("until [ -e /run/home/ada/editing ]; do :; done", as: "root")
        return editing
    }

    @Test("A broker that is told to stop lets who edits finish, and the record comes before the broker's own")
    func stopped() throws {
        let host = try host()
        let editing = try startEditing(host)
        _ = try host.run("kill -TERM $(cat /run/broker.pid); touch /run/done", as: "root")
        let outcome = try editing.finish()
        #expect(outcome.output.contains("status=0"), "\(outcome)")
        try host.stopBroker()
        #expect(try host.output(of: "cat /run/site/page", as: "root") == "old\nnew")
        let events = try host.records().suffix(2)
        #expect(
            events.first?.contains("\"finish\"") == true && events.last?.contains("\"broker_stop\"") == true,
            "\(events)")
    }

    @Test("A broker that is told twice to stop writes nothing more, and says so to who edits and in the log")
    func stoppedTwice() throws {
        let host = try host()
        let editing = try startEditing(host)
        _ = try host.run("while kill -TERM $(cat /run/broker.pid) 2>/dev/null; do :; done; touch /run/done", as: "root")
        let outcome = try editing.finish()
        #expect(outcome.output.contains("status=1"), "\(outcome)")
        #expect(outcome.errors.contains("contents of edit session left in"), "\(outcome)")
        #expect(try host.output(of: "cat /run/site/page", as: "root") == "old")
        #expect(try host.records().contains { $0.contains("\"finish\"") && $0.contains("nothing was written") })
    }

    @Test("Killed while it writes: the file is whole, or what was in it is kept, and the next broker says where")
    func killed() throws {
        let host = try host()
        let script = """
            head -c 8M /dev/urandom > /run/site/page; chown old /run/site/page; cp /run/site/page /run/before
            head -c 8M /dev/zero > /run/after
            setpriv --reuid ada --regid ada --init-groups env EDITOR=/run/long-editor bailey-sudo -e -u old /run/site/page &
            until compgen -G '/var/lib/bailey/edits/*.0' > /dev/null || ! kill -0 $! 2> /dev/null; do :; done
            kill -KILL $(cat /run/broker.pid); wait
            """
        _ = try host.run(script, as: "root")
        let kept = try host.output(of: "ls /var/lib/bailey/edits | grep '[.]0$'; true", as: "root")
        try host.startBroker()
        let state = """
            if cmp -s /run/site/page /run/before || cmp -s /run/site/page /run/after; then echo whole; fi
            for copy in /var/lib/bailey/edits/*.kept; do cmp -s $copy /run/before && stat -c 'kept %U %a' $copy; done
            """
        let found = try host.output(of: state, as: "root")
        #expect(found.contains(kept.isEmpty ? "whole" : "kept root 600"), "\(found)")
        let reports = try host.records().filter { $0.contains("\"kept\"") }
        #expect(reports.count == (kept.isEmpty ? 0 : 1), "\(reports)")
        #expect(kept.isEmpty || reports.first?.contains("\"document\":\"/run/site/page\"") == true, "\(reports)")
        try host.stopBroker()
        try host.startBroker()
        #expect(try host.records().filter { $0.contains("\"kept\"") }.count == reports.count, "it is reported once")
    }
}
