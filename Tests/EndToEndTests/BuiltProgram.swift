import Foundation
import TestSupport

/// The program as it was built, run as people run it, with policies and results of the test's own.
struct BuiltProgram {
    let tree: TemporaryTree

    /// Starts with the policies that ship, in a directory that belongs to who runs the tests.
    init() throws {
        tree = try TemporaryTree()
        let shipped = "\(Checkout.path)/policies"
        for name in try FileManager.default.subpathsOfDirectory(atPath: shipped) where name.hasSuffix(".yaml") {
            try tree.add("policies/\(name)", try String(contentsOfFile: "\(shipped)/\(name)", encoding: .utf8))
        }
    }

    var output: String { "\(tree.path)/out" }

    /// Runs `bailey` with these words, as a shell splits them.
    func bailey(_ arguments: String) async throws -> Outcome { try await shell("exec $bailey \(arguments)") }

    /// Runs a script. `$bailey` is the program, `$places` the options that name policies and output of the test's own.
    func shell(_ script: String, by command: String = "") async throws -> Outcome {
        try tree.add("script", script)
        return try await run(
            "/bin/sh", ["-c", "exec \(command) sh \(tree.path)/script"],
            environment: [
                "HOME": tree.path, "bailey": Checkout.bailey,
                "places": "--policies \(tree.path)/policies --output \(output)", "tree": tree.path,
            ])
    }

    /// What a run writes, by name.
    static let results = [
        "assessment.json", "compliance-dashboard.html", "compliance-summary.json", "egress-monitor-latest.json",
        "port-monitor-latest.json",
    ]

    func contents() throws -> [String] { try Self.results.map { try tree.text(of: "out/\($0)") } }
}
