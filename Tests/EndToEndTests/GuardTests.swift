import JSON
import LinuxSystem
import TestSupport
import Testing

/// Ways around the broker, made for real in namespaces of the test's own.
@Suite(.patience, .enabled(if: FileSystemUser.isRoot)) struct GuardTests {
    let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    private static let namespaces = "unshare --mount --propagation private --pid --fork --mount-proc"

    /// A process of user 4242 that starts `$1` in a file system on which set-user-id counts.
    private static let preparation = """
        mkdir $tree/m $tree/inert
        mount -t tmpfs -o suid,mode=0755 none $tree/m
        mount -t tmpfs -o nosuid,mode=0755 none $tree/inert
        as_user() {
            setpriv --reuid 4242 --regid 4242 --clear-groups sh -c '"$0" 300 & wait' "$1" &
            until grep -qx "${1##*/}" /proc/[0-9]*/comm 2>/dev/null; do :; done
        }

        """

    private func bypasses(_ output: String, of check: String) throws -> [JSONValue] {
        let document = try JSONValue(parsing: Array(output.utf8), limit: 64 << 20)
        let search = document["searches"]?.elements?.first { $0["check"]?.text == check }
        return try #require(search?["bypasses"]?.elements)
    }

    @Test("A set-user-id helper that a user runs shows as a program of no package and as a process past the broker")
    func setUserID() async throws {
        let run = try await program.shell(
            Self.preparation + """
                install -m 4755 /usr/bin/sleep $tree/m/helper
                install -m 4755 /usr/bin/sleep $tree/inert/harmless
                as_user $tree/m/helper
                $bailey guard bypasses --json
                """, by: Self.namespaces)
        let programs = try bypasses(run.output, of: "unowned-privileged-programs")
        let helper = try #require(
            programs.first { $0["finding"]?["resource"]?["name"]?.text == "\(program.tree.path)/m/helper" })
        #expect(helper["grade"]?.text == "open")
        #expect(helper["finding"]?["controls"]?.elements?.isEmpty == false)
        #expect(!run.output.contains("harmless"), "what is on a nosuid mount gives nobody anything")
        let processes = try bypasses(run.output, of: "root-processes-guarded")
        let process = try #require(
            processes.first { $0["finding"]?["title"]?.text?.contains("(helper)") ?? false }, "\(run.output)")
        #expect(process["grade"]?.text == "open")
        #expect(process["accounts"]?.elements?.compactMap(\.text) == ["4242"])
    }

    @Test("A capability that comes to root counts as root does; one in a user namespace of its own does not")
    func capabilities() async throws {
        let run = try await program.shell(
            Self.preparation + """
                install -m 755 /usr/bin/sleep $tree/m/capable
                setcap cap_setuid=ep $tree/m/capable
                install -m 755 /usr/bin/sleep $tree/m/powerless
                setcap cap_net_bind_service=ep $tree/m/powerless
                as_user $tree/m/capable
                as_user $tree/m/powerless
                cp /usr/bin/sleep $tree/m/own && setpriv --reuid 4242 --regid 4242 --clear-groups \
                    unshare --user --map-root-user $tree/m/own 300 &
                until grep -qx own /proc/[0-9]*/comm 2>/dev/null; do :; done
                $bailey guard bypasses --json
                """, by: Self.namespaces)
        let titles = try bypasses(run.output, of: "root-processes-guarded").compactMap { $0["finding"]?["title"]?.text }
        #expect(titles.contains { $0.contains("(capable)") && $0.contains("cap_setuid") }, "\(titles)")
        #expect(!titles.contains { $0.contains("(powerless)") || $0.contains("(own)") }, "\(titles)")
        let programs = try bypasses(run.output, of: "unowned-privileged-programs")
        func grade(_ name: String) -> String? {
            programs.first { $0["finding"]?["resource"]?["name"]?.text == "\(program.tree.path)/m/\(name)" }?["grade"]?
                .text
        }
        #expect(grade("capable") == "open")
        #expect(grade("powerless") == "narrow")
    }

    @Test("A name that would steer the terminal is shown, not obeyed")
    func hostileName() async throws {
        let run = try await program.shell(
            Self.preparation + """
                install -m 4755 /usr/bin/sleep "$(printf '%s/m/a\\033[2Jb' $tree)"
                $bailey guard bypasses
                """, by: Self.namespaces)
        #expect(run.output.contains("/m/a"))
        #expect(!run.output.contains("\u{1b}"))
    }

    @Test("Findings of the risk that --fail-on names end with 1; a tree is judged without its processes")
    func failOn() async throws {
        try program.tree.add("image/etc/passwd", "root:x:0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/sh\n")
        try program.tree.add("image/etc/group", "root:x:0:\ndocker:x:998:ada\n")
        let run = try await program.bailey("guard bypasses --root $tree/image --fail-on high")
        #expect(run.status == 1)
        #expect(run.output.contains("ada is in docker"))
        #expect(run.output.contains("Could not be seen"))
        try program.tree.add("image/etc/group", "root:x:0:\ndocker:x:998:\n")
        #expect(try await program.bailey("guard --root $tree/image --fail-on high").status == 0)
    }

    @Test("preflight says which sudo comes first, and that no broker answers")
    func preflight() async throws {
        let run = try await program.shell(
            """
            mkdir -p $tree/shim && touch $tree/bailey-sudo && chmod 755 $tree/bailey-sudo
            ln -s ../bailey-sudo $tree/shim/sudo
            mount -t tmpfs none /run
            PATH=$tree/shim:$PATH $bailey preflight $places
            """, by: Self.namespaces)
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("\(program.tree.path)/shim/sudo is \(program.tree.path)/bailey-sudo"))
        #expect(run.output.contains("does not answer at /run/bailey/broker.sock"))
    }
}
