import TestSupport
import Testing

/// `sudo -e -u USER` and `-g GROUP` with the real broker: files of `old`, whose directory `ada` cannot write.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedUserEditingTests {
    private static func rule(_ runAs: String, _ more: String = "approval: none") -> String {
        "{ id: edit, effect: allow, command: /usr/bin/sudoedit, arguments: [...], from: any, run_as: \(runAs), unrestricted: true, \(more) }"
    }

    private func host(_ rule: String = rule("{ user: old }")) throws -> GuardedHost {
        let host = try GuardedHost(rules: [rule])
        let make = """
            set -e; umask 022
            mkdir /run/site /run/site/deep /run/site/open /run/site/group /run/site/hers /run/shared; mkdir -m 1777 /run/site/sticky
            chmod 777 /run/site/open; chgrp web /run/site/group; chmod 775 /run/site/group
            for place in . deep open group hers sticky; do echo old > /run/site/$place/page; done
            chown -R old:old /run/site; chmod 640 /run/site/page
            chgrp web /run/site/group; chown ada:ada /run/site/hers
            echo root > /run/site/root; ln -s page /run/site/link; ln -s deep /run/site/way; ln -s ../deep /run/site/open/\u{301}way; mkfifo -m 666 /run/site/pipe
            echo old > /run/site/read-only; chown old:old /run/site/read-only; chmod 444 /run/site/read-only
            echo secret > /run/secret; chmod 600 /run/secret
            echo group > /run/shared/notes; chgrp approvers /run/shared/notes; chmod 664 /run/shared/notes
            printf '#!/bin/sh\\nid -un > /run/home/ada/editor; for file; do echo new >> $file; done\\n' > /run/editor
            printf '#!/bin/sh\\nfor file; do echo new >> $file; done; touch /run/home/ada/editing; until [ -e /run/site/done ]; do :; done\\n' > /run/slow-editor
            chmod 755 /run/editor /run/slow-editor
            """
        #expect(try host.output(of: make, as: "root") == "")
        return host
    }

    private func edit(_ host: GuardedHost, _ arguments: String, editor: String = "/run/editor") throws
        -> GuardedHost.Outcome
    {
        try host.run("EDITOR=\(editor) bailey-sudo -e \(arguments); exit $?")
    }

    @Test(
        "A file of another user is edited in place with that user's rights, by the requester's own editor, and recorded"
    )
    func edited() throws {
        let host = try host()
        let state = "stat -c '%U %G %a %i' /run/site/page"
        let before = try host.output(of: state, as: "root")
        #expect(before.hasPrefix("old old 640"))
        #expect(try edit(host, "-u old /run/site/page").status == 0)
        #expect(try host.output(of: state, as: "root") == before)
        #expect(try host.output(of: "cat /run/site/page /run/home/ada/editor", as: "root") == "old\nnew\nada")
        #expect(try edit(host, "-u old /run/site/new /run/site/deep/page").status == 0)
        #expect(
            try host.output(
                of: "cat /run/site/new; stat -c '%U %G %a' /run/site/new; tail -n 1 /run/site/deep/page", as: "root")
                == "new\nold old 644\nnew")
        let records = try host.records()
        #expect(records.contains { $0.contains("\"start\"") && $0.contains("\"target_user\":\"old\"") })
        let digest = try host.output(of: "sha256sum < /run/site/page | cut -d' ' -f 1", as: "root")
        let finish = try #require(records.first { $0.contains("\"event\":\"finish\"") })
        #expect(finish.contains("\"edited\":[\"/run/site/page\"]") && finish.contains(digest), "\(finish)")
    }

    @Test(
        "With another user's rights nothing is edited that it may not write, or the requester could have put in its place",
        arguments: [
            ("root", "Permission denied"), ("read-only", "Permission denied"), ("link", "symbolic link"),
            ("way/page", "symbolic link"), ("pipe", "not a regular file"), ("deep", "not a regular file"),
            ("open/page", "writable directory"), ("group/page", "writable directory"),
            ("hers/page", "writable directory"), ("sticky/page", "writable directory"),
            ("open/new", "writable directory"), ("open/\u{301}new", "writable directory"),
            ("open/\u{301}way/\u{301}new", "symbolic link"), ("../\u{301}secret", "'..'"), ("../secret", "'..'"),
            ("page/x", "not a directory"),
        ])
    func refused(file: String, why: String) throws {
        let host = try host()
        let outcome = try edit(host, "-u old /run/site/\(file)")
        #expect(outcome.status == 1 && outcome.errors.contains(why), "\(outcome)")
        #expect(
            try host.output(of: "grep -rlx new /run/site /run/secret --devices=skip; ls /run/home/ada", as: "root")
                == "",
            "nothing is written, and no editor ran")
    }

    @Test("Neither root's files nor those of users that no rule names are edited, nor what root alone may read")
    func others() throws {
        let host = try host()
        for arguments in ["/run/site/root", "-u bob /run/site/page", "-u root /run/secret", "-g web /run/site/page"] {
            let outcome = try edit(host, arguments)
            #expect(outcome.status == 1 && outcome.errors.contains("no rule allows"), "\(arguments): \(outcome)")
        }
        let hidden = try edit(host, "-u old /run/secret")
        #expect(hidden.status == 1 && !hidden.output.contains("secret"), "\(hidden)")
    }

    @Test(
        "A file that its user exchanges or changes while somebody edits is left alone, and so is what a link leads to",
        arguments: [
            "mv /run/site/page /run/site/was; ln -s /run/secret /run/site/page",
            "mv /run/site/deep/page /run/site/page",
            "echo other > /run/site/page",
        ])
    func exchanged(script: String) throws {
        let host = try host()
        _ = try host.run("chown old /run/secret", as: "root")
        let before = try host.output(of: "cat /run/secret", as: "root")
        let editing = try host.start("EDITOR=/run/slow-editor bailey-sudo -e -u old /run/site/page; echo status=$?")
        _ = try host.run("until [ -e /run/home/ada/editing ]; do :; done", as: "root")
        _ = try host.run("\(script); touch /run/site/done", as: "old")
        let outcome = try editing.finish()
        #expect(
            outcome.output.contains("status=1") && outcome.errors.contains("changed by somebody else"), "\(outcome)")
        #expect(outcome.errors.contains("contents of edit session left in"), "what was typed is not lost: \(outcome)")
        #expect(try host.output(of: "cat /run/secret", as: "root") == before)
        #expect(try host.output(of: "grep -c new /run/site/page; true", as: "root") == "0")
    }

    @Test("A file of a group is edited by who may act in that group, in a directory that it cannot write")
    func group() throws {
        let host = try host(Self.rule("{ user: ada, group: approvers }"))
        #expect(try edit(host, "-g approvers /run/shared/notes").status == 0)
        #expect(
            try host.output(of: "cat /run/shared/notes; stat -c '%U %G' /run/shared/notes", as: "root")
                == "group\nnew\nroot approvers")
        #expect(try edit(host, "-g root /run/shared/notes").status == 1)
    }

    @Test("Who approves sees as whom the file is edited; it is edited once that is approved, and not before")
    func approved() throws {
        let host = try host(Self.rule("{ user: old }", "approval: peer"))
        let editing = try host.terminal("EDITOR=/run/editor bailey-sudo -e -u old /run/site/page; echo status=$?")
        let id = try GuardedApprovalTests.id(
            in: try editing.read(until: "bailey approve") + "bailey approve" + editing.read(until: "\n"))
        #expect(try host.output(of: "cat /run/site/page", as: "root") == "old")
        let approver = try host.terminal("bailey approve \(id); echo approved=$?", as: "bob")
        let shown = try approver.read(until: "? ")
        #expect(shown.contains("sudoedit /run/site/page") && shown.contains("as old (uid 4005)"), "\(shown)")
        try approver.type("yes\n")
        try approver.read(until: "password for bob: ")
        try approver.type("secret\n")
        try approver.read(until: "approved=0")
        try editing.read(until: "status=0")
        #expect(try host.output(of: "cat /run/site/page", as: "root") == "old\nnew")
    }

    @Test("A disk that is full leaves the file as it was, and what was typed where its editor left it")
    func disk() throws {
        let host = try host()
        let small = """
            mkdir /run/site/small; mount -t tmpfs -o mode=755,size=64k,uid=4005,gid=4005 tmpfs /run/site/small
            echo old > /run/site/small/page; chown old:old /run/site/small/page; head -c 1M /dev/zero > /run/site/small/fill
            printf '#!/bin/sh\\nhead -c 100000 /dev/zero >> $1\\n' > /run/long-editor; chmod 755 /run/long-editor
            """
        _ = try host.run(small, as: "root")
        let outcome = try edit(host, "-u old /run/site/small/page", editor: "/run/long-editor")
        #expect(outcome.status == 1 && outcome.errors.contains("No space left"), "\(outcome)")
        #expect(outcome.errors.contains("contents of edit session left in"), "\(outcome)")
        #expect(try host.output(of: "cat /run/site/small/page", as: "root") == "old")
    }
}
