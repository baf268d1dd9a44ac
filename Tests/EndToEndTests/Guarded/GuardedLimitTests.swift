import Foundation
import TestSupport
import Testing

/// What a rule's limits hold a command to, and what its record says of what it printed.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedLimitTests {
    @Test("Output is cut at the limit to the byte, by pipes and at a terminal; what was within it is all there")
    func output() throws {
        let host = try GuardedHost(rules: [
            GuardedCommandTests.allow("/usr/bin/seq", "[...]", "limits: { output: 1K }"),
            GuardedCommandTests.allow("/usr/bin/bash", "[...]", "limits: { output: 1K }"),
        ])
        let piped = try host.run("set -o pipefail; bailey-sudo seq 100000 | wc -c")
        #expect(
            piped.output == "1024\n" && piped.status != 0 && piped.errors.contains("limit of 1024 bytes"), "\(piped)")
        // Both streams share the limit.
        _ = try host.run("bailey-sudo bash -c 'seq 1000; seq 1000 >&2'")
        #expect(try host.output(of: "bailey-sudo seq 100 | tail -n 1") == "100")
        let shown = try host.terminal("bailey-sudo seq 100000; echo status=$?").readToEnd()
        #expect(shown.contains("limit of 1024 bytes") && !shown.contains("status=0"), "\(shown)")
        let counts = try host.records().filter { $0.contains("\"finish\"") }.map { record in
            record.firstMatch(of: /"output_bytes":(?<count>[0-9]+)/).map { String($0.output.count) } ?? record
        }
        #expect(counts == ["1024", "1024", "292", "1024"])
    }

    @Test("A record says how much was printed where the broker carried it, and else that it was not seen")
    func unseen() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/seq")])
        #expect(try host.output(of: "bailey-sudo seq 3") == "1\n2\n3")
        let finish = try #require(try host.records().last { $0.contains("\"finish\"") })
        #expect(finish.contains("\"output\":\"not seen\"") && !finish.contains("output_bytes"), "\(finish)")
        _ = try host.terminal("bailey-sudo seq 3").readToEnd()
        let carried = try #require(try host.records().last { $0.contains("\"finish\"") })
        #expect(carried.contains("\"output_bytes\":9") && !carried.contains("not seen"), "\(carried)")
    }

    @Test("The recording at a terminal without a size says 80 columns and 24 rows, for a player needs some")
    func recordedSize() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/seq", "[...]", "record: true")])
        _ = try host.terminal("stty rows 0 columns 0; bailey-sudo seq 3").readToEnd()
        let header = try host.output(of: "head -n 1 /var/lib/bailey/recordings/*.cast", as: "root")
        #expect(header.contains("\"width\":80") && header.contains("\"height\":24"), "\(header)")
    }
}
