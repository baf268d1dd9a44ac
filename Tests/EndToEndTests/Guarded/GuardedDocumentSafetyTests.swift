import TestSupport
import Testing

/// What keeps documents whole while they are edited: how much is held at once, and what the broker asks of the disk and in which order,
/// as strace(1) sees it, which also has the disk fail and the broker die where a test wants it.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces, users and strace need root"), .patience)
struct GuardedDocumentSafetyTests {
    private static func rule(_ user: String) -> String {
        "{ id: edit-\(user), effect: allow, command: /usr/bin/sudoedit, arguments: [...], from: any, run_as: { user: \(user) }, unrestricted: true, approval: none }"
    }

    private func host(_ make: String) throws -> GuardedHost {
        let host = try GuardedHost(rules: [Self.rule("root"), Self.rule("old")])
        let editors = #"""
            printf '#!/bin/sh\ntouch /run/home/ada/editor; for file; do echo new >> $file; done\n' > /run/editor
            printf '#!/bin/sh\ntouch /run/home/ada/editing; until [ -e /run/done ]; do sleep 0.01; done\n' > /run/slow-editor
            printf '#!/bin/sh\nhead -c 200000 /dev/zero > $1\n' > /run/long-editor
            chmod 755 /run/*editor
            """#
        #expect(try host.output(of: "set -e; umask 022; \(make)\n\(editors)", as: "root") == "")
        return host
    }
}

// MARK: How much is held at once
extension GuardedDocumentSafetyTests {
    /// Files of the largest size that is edited, without a block on the disk: twelve of them are all the room there is for reading, which is
    /// 256 MiB but for the 64 MiB that are kept for writing back.
    private static let large =
        "mkdir /run/large; for n in $(seq 13); do truncate -s 16M /run/large/$n; done; echo old > /run/large/small"

    @Test("One request for more than there is room for is refused, no editor runs, and the room is free again")
    func oneRequest() throws {
        let host = try host(Self.large)
        let outcome = try host.run("EDITOR=/run/editor bailey-sudo -e /run/large/{1..13}; exit $?")
        #expect(outcome.status == 1 && outcome.errors.contains("take all the room there is for them"), "\(outcome)")
        let state = "stat -c %s%b /run/large/{1..13} | sort -u; ls /run/home/ada"
        #expect(
            try host.output(of: state, as: "root") == "167772160", "nothing was written, no block, and no editor ran")
        #expect(try host.records().contains { $0.contains("\"event\":\"finish\"") && $0.contains("take all the room") })
        #expect(try host.run("EDITOR=/run/editor bailey-sudo -e /run/large/small; exit $?").status == 0)
        #expect(try host.output(of: "cat /run/large/small", as: "root") == "old\nnew")
    }

    @Test(
        "While somebody edits as much as there is room for, another's file is refused unharmed; it is edited once the first is done"
    )
    func twoRequests() throws {
        let host = try host(Self.large)
        let editing = try host.start("EDITOR=/run/slow-editor bailey-sudo -e /run/large/{1..12}; exit $?")
        _ = try host.run("until [ -e /run/home/ada/editing ]; do :; done", as: "root")
        let refused = try host.run("EDITOR=/run/editor bailey-sudo -e /run/large/small; exit $?", as: "bob")
        #expect(refused.status == 1 && refused.errors.contains("try again when others are done"), "\(refused)")
        #expect(try host.output(of: "cat /run/large/small", as: "root") == "old")
        _ = try host.run("touch /run/done", as: "root")
        #expect(try editing.finish().status == 0)
        let later =
            "printf '#!/bin/sh\\necho new >> $1\\n' > ~/editor; chmod 755 ~/editor; EDITOR=~/editor bailey-sudo -e /run/large/small; exit $?"
        #expect(try host.run("HOME=/run/home/bob; \(later)", as: "bob").status == 0)
        #expect(try host.output(of: "cat /run/large/small", as: "root") == "old\nnew")
    }
}

// MARK: What is asked of the disk
extension GuardedDocumentSafetyTests {
    /// Has every thread of the broker traced, those to come too, and returns once they are.
    ///
    /// - Parameter options: of strace(1), in the shell's words.
    private func trace(_ host: GuardedHost, _ options: String) throws -> StartedProgram {
        let tracing = try host.start(
            "echo $$ > /run/strace.pid; exec strace -f -y -s 64 -o /run/trace \(options) -p $(cat /run/broker.pid)",
            as: "root")
        let traced =
            "until ! grep -L 'TracerPid:.*[1-9]' /proc/$(cat /run/broker.pid)/task/*/status | grep -q .; do :; done"
        _ = try host.run(traced, as: "root")
        return tracing
    }

    /// The calls that were made, in their order, until the tracer has written them all.
    private func calls(_ host: GuardedHost, _ tracing: StartedProgram) throws -> [String] {
        _ = try host.run("kill -INT $(cat /run/strace.pid)", as: "root")
        _ = try tracing.finish()
        return try host.output(of: "cat /run/trace", as: "root").split(separator: "\n").map(String.init)
    }

    @Test("Before the client is told, a replaced file is on the disk, then its name, and so is a new file's")
    func synced() throws {
        let host = try host("mkdir /run/site; echo old > /run/site/page; mkdir /run/hers; chown old /run/hers")
        for (arguments, path) in [
            ("/run/site/page", "/run/site/page"), ("/run/site/new", "/run/site/new"),
            ("-u old /run/hers/new", "/run/hers/new"),
        ] {
            let tracing = try trace(
                host, "-e trace=openat,rename,renameat,renameat2,fsync,fdatasync,sendmsg,sendto,write")
            #expect(try host.run("EDITOR=/run/editor bailey-sudo -e \(arguments); exit $?").status == 0)
            let calls = try calls(host, tracing)
            let directory = path.split(separator: "/").dropLast().joined(separator: "/")
            /// The place of the first call after `start` that has all of these parts.
            func place(of parts: String..., after start: Int) throws -> Int {
                let place = calls[(start + 1)...].firstIndex { call in parts.allSatisfy(call.contains) }
                return try #require(place, "\(parts) after call \(start) of \(calls)")
            }
            let content = try place(of: "fdatasync(", "</\(directory)/", "= 0", after: -1)
            let named =
                arguments.hasPrefix("-u") ? content : try place(of: "rename", "\"\(path)\"", "= 0", after: content)
            let last = try place(of: "fsync(", "</\(directory)>", "= 0", after: named)
            let told = try place(of: "send", "socket:[", after: content)
            #expect(told > last, "\(calls)")
        }
    }

    /// A file of `old`, longer than what the editor makes of it, or shorter.
    private func hostWithPage(bytes: Int) throws -> GuardedHost {
        try host(
            "mkdir /run/site; head -c \(bytes) /dev/urandom > /run/site/page; cp /run/site/page /run/before; chown -R old /run/site"
        )
    }

    /// What became of the page, and of the copy that was kept.
    private func found(_ host: GuardedHost) throws -> String {
        try host.output(
            of: """
                cmp -s /run/site/page /run/before && echo whole || echo damaged
                for copy in /var/lib/bailey/edits/*; do cmp -s $copy /run/before && stat -c '%n %U %a' $copy; done; true
                """, as: "root")
    }

    @Test(
        "Killed while what was in a file is put back, after its new content could not be written: it is told, and what was in it is kept",
        arguments: [
            // Before a byte of it, and before the rest of the new content is cut off.
            ("write", 300_000), ("write", 100_000), ("ftruncate", 100_000),
        ])
    func tornRestore(call: String, bytes: Int) throws {
        let host = try hostWithPage(bytes: bytes)
        // The first time the new content is written, the second time the old.
        _ = try trace(
            host,
            "-P /run/site/page -e trace=write,ftruncate,fdatasync -e inject=fdatasync:error=EIO:when=1 -e inject=\(call):signal=KILL:when=2"
        )
        let outcome = try host.run("EDITOR=/run/long-editor bailey-sudo -e -u old /run/site/page; exit $?")
        #expect(outcome.status == 1 && outcome.errors.contains("contents of edit session left in"), "\(outcome)")
        _ = try host.run("while kill -0 $(cat /run/broker.pid) 2> /dev/null; do :; done", as: "root")
        #expect(try found(host).hasPrefix("damaged"), "the broker died in the middle of it")
        try host.startBroker()
        let state = try found(host)
        #expect(state.contains(".0.kept root 600"), "\(state)")
        let reports = try host.records().filter { $0.contains("\"kept\"") }
        #expect(reports.count == 1 && reports[0].contains("\"document\":\"/run/site/page\""), "\(reports)")
        #expect(try host.verifyLog().status == 0)
        try host.stopBroker()
    }

    @Test(
        "Where neither the new content can be written nor the old, the client and the log are told, and where the old is"
    )
    func damaged() throws {
        let host = try hostWithPage(bytes: 100_000)
        let tracing = try trace(host, "-P /run/site/page -e trace=fdatasync -e inject=fdatasync:error=EIO")
        let outcome = try host.run("EDITOR=/run/long-editor bailey-sudo -e -u old /run/site/page; exit $?")
        #expect(outcome.status == 1, "\(outcome)")
        for part in ["/run/site/page is damaged", "what was in it is in /var/lib/bailey/edits/", ".0.kept, for root"] {
            #expect(outcome.errors.contains(part), "\(part) in \(outcome)")
        }
        _ = try calls(host, tracing)
        #expect(try found(host).contains(".0.kept root 600"))
        #expect(
            try host.records().contains {
                $0.contains("\"event\":\"finish\"") && $0.contains("/run/site/page is damaged")
            })
    }
}
