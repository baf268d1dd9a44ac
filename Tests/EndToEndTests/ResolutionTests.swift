import Foundation
import JSON
import TestSupport
import Testing

/// A finding from the tree to the core and out of it again, by the programs as they are built.
@Suite(.patience) struct ResolutionTests {
    let program: BuiltProgram

    init() throws {
        program = try BuiltProgram()
        try program.tree.add("image/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        try program.tree.add("image/etc/group", "root:x:0:\n")
        try program.tree.add("image/etc/shadow", "root:*:1::::::\n", .init(mode: 0o600))
        try program.tree.addDirectory("state", .init(mode: 0o700))
    }

    /// Runs an assessment that hands over, beside a core that runs for as long as it takes; a core that is away has it spooled.
    private func assess(coreIsThere: Bool = true) async throws -> Outcome {
        let assess = "$bailey assess --root $tree/image --core $tree/state $places"
        guard coreIsThere else { return try await program.shell(assess) }
        let core = "\(Checkout.programs)/bailey-core"
        return try await program.shell(
            """
            mkfifo $tree/ready
            '\(core)' --state $tree/state --policies $tree/policies > $tree/ready 2> $tree/log &
            read -r line < $tree/ready
            \(assess)
            status=$?
            kill $!
            wait $!
            rm $tree/ready
            exit $status
            """)
    }

    /// A second account with root's number, which a check refuses.
    private func breakTree() throws {
        try program.tree.add("image/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/bash\n")
    }

    private func mendTree() throws {
        try program.tree.add("image/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
    }

    /// The alert about that account, or with other words in its title; nil when the core has none.
    private func alert(titled words: String = "user id 0") async throws -> JSONValue? {
        let listed = try await program.shell("$bailey alerts list --limit 1000 --state $tree/state --json")
        let document = try JSONValue(parsing: Array(listed.output.utf8))
        return document["alerts"]?.elements?.first { $0["title"]?.text?.contains(words) == true }
    }

    @Test("What was found is an alert; mended, it is resolved; back again, it is open again, and counted")
    func life() async throws {
        try breakTree()
        let found = try await assess()
        #expect(found.status == 0 && found.errors.contains("handed to the core: "), "\(found.errors)")
        let first = try #require(try await alert())
        #expect(first["state"]?.text == "open" && first["occurrences"]?.number == 1)

        // Mended while the core is away: it learns of it from the next run.
        try mendTree()
        let mended = try await assess(coreIsThere: false)
        #expect(mended.status == 0 && mended.errors.contains(" of them gone, wait in "), "\(mended.errors)")
        #expect(try await alert()?["state"]?.text == "open")
        #expect(try await assess().status == 0)
        let resolved = try #require(try await alert())
        #expect(resolved["state"]?.text == "resolved" && resolved["occurrences"]?.number == 1)

        try breakTree()
        #expect(try await assess().status == 0)
        let back = try #require(try await alert())
        #expect(back["triage_id"] == first["triage_id"])
        #expect(back["state"]?.text == "open" && back["reopened"]?.number == 1 && back["occurrences"]?.number == 2)
    }

    @Test(
        "A check that the operator takes out of the policy leaves its alert unchecked, and settles it when it is back")
    func unchecked() async throws {
        let place = "policies/posture/local.yaml"
        let check = """
            schema: 1
            category: files
            checks:
              - id: shadow-of-the-site
                title: Nobody at this site reads password hashes
                key: file./etc/shadow.mode
                expected: { mode_at_most: "0400" }
                rationale: Hashes can be guessed at.
                remediation: Run chmod 0400 /etc/shadow.
                risk: high
                controls: { iso: [A.8.3], csf: [PR.AA-05], sp80053: [AC-6] }

            """
        func state() async throws -> String? { try await alert(titled: "Nobody at this site")?["state"]?.text }
        try program.tree.add(place, check)
        #expect(try await assess().status == 0)
        #expect(try await state() == "open")
        try FileManager.default.removeItem(atPath: "\(program.tree.path)/\(place)")
        let without = try await assess()
        #expect(without.errors.contains(", 1 of them no longer looked for,"), "\(without.errors)")
        #expect(try await state() == "unchecked")
        try program.tree.add(place, check)
        try program.tree.add("image/etc/shadow", "root:*:1::::::\n", .init(mode: 0o400))
        #expect(try await assess().errors.contains(", 1 of them gone,"))
        #expect(try await state() == "resolved")
    }

    @Test("What an assessment could not look at any more stays open")
    func unseen() async throws {
        try breakTree()
        #expect(try await assess().status == 0)
        // A directory in the file's place can be read by nobody.
        try FileManager.default.removeItem(atPath: "\(program.tree.path)/image/etc/passwd")
        try program.tree.addDirectory("image/etc/passwd")
        #expect(try await assess().status == 0)
        #expect(try await alert()?["state"]?.text == "open")
    }
}
