import JSON
import TestSupport
import Testing

@Suite(.patience) struct AssessTests {
    let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    func document(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: Array(try program.tree.text(of: "out/\(name)").utf8), limit: 64 << 20)
    }

    @Test("A run writes every document whole, sums up, and says where the dashboard is")
    func wholeRun() async throws {
        let run = try await program.bailey("assess $places")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("Dashboard: \(program.output)/compliance-dashboard.html"))
        #expect(!run.output.contains("\u{1b}"), "no colour where there is no terminal")
        #expect(try program.tree.names(in: "out") == [".lock"] + BuiltProgram.results)
        #expect(try document("assessment.json")["results"]?.elements?.count ?? 0 >= 60)
        for name in BuiltProgram.results where name.hasSuffix(".json") {
            #expect(try document(name)["schema"]?.number == 1, "\(name)")
        }
        #expect(try program.tree.text(of: "out/compliance-dashboard.html").hasSuffix("</html>\n"))
    }

    @Test("--json prints the document that is written")
    func json() async throws {
        let run = try await program.bailey("assess --json $places")
        #expect(run.output == (try program.tree.text(of: "out/assessment.json")))
    }

    @Test("--fail-on turns findings of that risk into exit 1; the results are written all the same")
    func failOn() async throws {
        #expect(try await program.bailey("assess --fail-on low $places").status == 1)
        #expect(try program.tree.names(in: "out").contains("assessment.json"))
    }

    @Test("A second run finds nothing new on a host that did not change, and keeps owners and due dates")
    func secondRun() async throws {
        _ = try await program.bailey("assess --root \(program.tree.path) $places")
        let first = try document("compliance-summary.json")["mitigations"]
        let run = try await program.bailey("assess --root \(program.tree.path) $places")
        #expect(run.status == 0)
        #expect(try document("compliance-summary.json")["new_or_worse"]?.elements?.isEmpty == true)
        #expect(try document("compliance-summary.json")["mitigations"] == first)
    }

    @Test(
        "A policy that cannot be used ends the run with 3, names the place, and leaves the results of before as they were",
        arguments: [
            ("printf 'schema: 1\\nrules:\\n  - porrt: 22\\n' > approved-ports.yaml", "approved-ports.yaml:3:5: "),
            ("printf 'schema: 1\\nschema: 1\\nrules: []\\n' > egress-allowlist.yaml", "egress-allowlist.yaml:2:1: "),
            ("printf 'schema: [\\n' > configuration.yaml", "configuration.yaml:"),
            ("printf 'schema: one\\n' > posture/ssh.yaml", "posture/ssh.yaml:1:9: "),
            ("chmod o+w approved-ports.yaml", "approved-ports.yaml: is writable by everybody"),
            ("rm approved-ports.yaml", "approved-ports.yaml: is missing"),
            ("rm -r posture", "posture: holds no checks"),
        ])
    func brokenPolicy(damage: String, message: String) async throws {
        #expect(try await program.bailey("assess $places").status == 0)
        let before = try program.contents()
        let run = try await program.shell("(cd $tree/policies && \(damage)); $bailey assess $places")
        #expect(run.status == 3)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("\(program.tree.path)/policies/\(message)"), "\(run.errors)")
        #expect(try program.contents() == before)
    }

    @Test("A full disk is said so, and the results of before stay", .enabled(if: FileSystemUser.isRoot))
    func fullDisk() async throws {
        // A file system of 1 MiB in a mount namespace of the test's own, filled but for a little.
        let run = try await program.shell(
            """
            mkdir $tree/out
            mount -t tmpfs -o size=1m tmpfs $tree/out || exit 99
            cd $tree/out
            echo old > compliance-dashboard.html
            echo old > port-monitor-latest.json
            head -c 900k /dev/zero > ballast
            $bailey assess $places
            echo status $?
            cat compliance-dashboard.html port-monitor-latest.json
            ls -A | tr '\\n' ' '
            """, by: "unshare --mount")
        try #require(run.status == 0, "\(run.errors)")
        #expect(run.output == "status 3\nold\nold\n.lock ballast compliance-dashboard.html port-monitor-latest.json ")
        #expect(run.errors.contains("No space left on device"))
        #expect(run.errors.contains("the results of the run before are still there"))
    }

    @Test("A run that is killed at any moment leaves only whole documents, and the next run clears up")
    func killed() async throws {
        #expect(try await program.bailey("assess $places").status == 0)
        let run = try await program.shell(
            """
            for delay in 0.05 0.2 0.5 1.0 1.5 2.0 2.2 2.4; do
                timeout -s KILL $delay $bailey assess $places >/dev/null
            done
            true
            """)
        #expect(run.status == 0)
        for name in BuiltProgram.results where name.hasSuffix(".json") {
            #expect(throws: Never.self, "\(name)") { try document(name) }
        }
        #expect(try program.tree.text(of: "out/compliance-dashboard.html").hasSuffix("</html>\n"))
        #expect(try await program.bailey("assess $places").status == 0)
        #expect(try program.tree.names(in: "out") == [".lock"] + BuiltProgram.results)
    }

    @Test("Of two runs at once the second waits for the first, and on a slow machine says what is in its way")
    func concurrentRuns() async throws {
        let run = try await program.shell(
            "$bailey assess $places >/dev/null & $bailey assess $places >/dev/null; a=$?; wait $!; echo $a $?")
        #expect(["0 0\n", "0 3\n", "3 0\n"].contains(run.output), "\(run.errors)")
        #expect(run.output == "0 0\n" || run.errors.contains("another run is writing there"))
        #expect(throws: Never.self) { try document("assessment.json") }
    }

    @Test("A run that finds the results held by another gives up with 3")
    func heldResults() async throws {
        let run = try await program.shell("mkdir $tree/out; flock $tree/out/.lock $bailey assess $places")
        #expect(run.status == 3)
        #expect(run.errors.contains("another run is writing there"))
    }

    @Test("A reader that goes away does not change how a run ends")
    func closedOutput() async throws {
        let run = try await program.shell(
            "{ $bailey assess $places; echo $? >&2; } | true; $bailey assess $places >&-; echo $?")
        #expect(run.errors == "0\n")
        #expect(run.output == "0\n")
        #expect(throws: Never.self) { try document("assessment.json") }
    }

    @Test("Without root it runs, and names what it could not see", .enabled(if: FileSystemUser.isRoot))
    func withoutRoot() async throws {
        // The program and what it loads may lie where another user cannot go.
        let run = try await program.shell(
            """
            mkdir -m 777 $tree/out && cp $bailey $tree/bailey && chmod 755 $tree/bailey $tree/policies
            exec setpriv --reuid 65534 --regid 65534 --clear-groups $tree/bailey assess $places
            """)
        if run.errors.contains("error while loading shared libraries") {
            try Test.cancel("the Swift libraries lie where another user cannot read them")
        }
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("without root"))
        #expect(run.output.contains("run as root"))
    }
}
