import TestSupport
import Testing

/// What the log says of commands, whatever they are called with.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedRecordTests {
    private static let long = "$(head -c 70000 /dev/zero | tr '\\0' x)"

    @Test(
        "However long a command line is, the log has each of its arguments, a long one with its beginning and its end",
        arguments: [
            ("\(long) /run/hidden", ["xxx…xxx", "/run/hidden"]),
            ("$(seq 30000 32000) /run/hidden \(long)", ["30000", "/run/hidden", "31999", "…"]),
            ("begin\(long)/run/hidden", ["beginxxx", "xxx/run/hidden"]),
            ("\(long) --password hunter2 /run/hidden", ["[masked]", "/run/hidden"]),
        ])
    func longArguments(arguments: String, expected: [String]) throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/true")])
        #expect(try host.run("bailey-sudo -n true \(arguments)").status == 0)
        for event in ["request", "start"] {
            let record = try #require(try host.records().first { $0.contains("\"event\":\"\(event)\"") })
            for text in expected { #expect(record.contains(text), "\(event): no \(text)") }
            #expect(record.contains("\"argv_sha256\":") && !record.contains("hunter2"))
            #expect(record.utf8.count < 80_000)
        }
        #expect(try host.verifyLog().status == 0)
    }
}
