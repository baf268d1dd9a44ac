import Foundation
import TestSupport
import Testing

/// Third parties' judgement of the document of the API, and of what is answered.
@Suite struct ConformanceTests {
    private static func tool(_ name: String) -> String? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = ProcessInfo.processInfo.environment["BAILEY_TEST_VENV"] ?? root.appending(path: ".build/venv").path
        let path = "\(folder)/bin/\(name)"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    @Test(
        "The document is one of OpenAPI 3.1",
        .enabled(
            if: tool("openapi-spec-validator") != nil,
            "no Python environment with openapi-spec-validator (BAILEY_TEST_VENV)"))
    func document() throws {
        let core = try RunningCore()
        try core.tree.add("openapi.json", try core.ask("GET", "/openapi.json").body)
        let output = try RunningProgram.output(
            of: [try #require(Self.tool("openapi-spec-validator")), "\(core.tree.path)/openapi.json"])
        #expect(output.contains("OK"))
    }

    /// Examples for each route; BAILEY_EXAMPLES sets another number.
    private static var examples: String { ProcessInfo.processInfo.environment["BAILEY_EXAMPLES"] ?? "12" }

    @Test(
        "schemathesis finds no answer that the document does not allow, whatever it asks",
        .enabled(if: tool("schemathesis") != nil, "no Python environment with schemathesis (BAILEY_TEST_VENV)"))
    func schemathesis() throws {
        // Its checks of authentication present wrong tokens by the dozen.
        let core = try RunningCore(settings: "requests_per_minute: 10000000\nlockout: { failures: 1000000 }")
        let token = try core.token()
        for number in 1...3 {
            let alert =
                #"{"title":"ransomware \#(["one", "two", "three"][number - 1])","severity":"critical","host":"h\#(number)","user":"u\#(number)"}"#
            try core.ask("POST", "/api/alerts", token: token, alert)
        }
        try core.ask("POST", "/api/reports", token: token, #"{"kind":"daily"}"#)
        try core.tree.add(
            "schemathesis.toml",
            """
            headers = { Authorization = "Bearer \(token)" }
            """)
        let output = try RunningProgram.output(
            of: [
                "env", "-C", core.tree.path, "timeout", "420", try #require(Self.tool("schemathesis")), "run",
                "\(core.url)/openapi.json", "--checks", "all", "--phases", "examples,coverage,fuzzing",
                "--max-examples",
                Self.examples, "--generation-deterministic", "--suppress-health-check", "all", "--no-color",
            ])
        // It ends with an error where anything failed; what it warns of is data that it guessed and is not there.
        let operations = try #require(output.firstMatch(of: #/Selected: (\d+)\/(\d+)/#), "\(output.suffix(2000))")
            .output
        #expect(operations.1 == operations.2 && !output.contains("FAILURES"))
    }
}
