import Foundation
import TestSupport
import Testing

@testable import Auditing

/// The commands of the module's page, run as they stand there.
@Suite struct ByHandTests {
    static func commands() throws -> [String] {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Guardrails/Auditing/README.md").standardized
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```sh check\n").dropFirst()
        return parts.compactMap { $0.components(separatedBy: "\n```").first }
    }

    static func run(_ script: String, in directory: LogDirectory) throws -> String {
        try RunningProgram.output(of: ["bash", "-c", "cd '\(directory.path)' && \(script)"])
    }

    @Test("The chain can be checked with jq and sha256sum, and so is found a change")
    func chain() throws {
        let directory = try LogDirectory()
        try directory.write(12, rotation: 2000)
        let script = try #require(try Self.commands().first)
        #expect(try Self.run(script, in: directory) == "")
        var lines = try directory.lines()
        lines[2] = lines[2].replacing("alice", with: "mallo")
        try directory.replace(lines)
        #expect(try Self.run(script, in: directory) == "3\n")
    }

    @Test("A head's signature can be checked with openssl, and so is found a change")
    func head() throws {
        let directory = try LogDirectory()
        try directory.write(3)
        try directory.open().signHead().write(to: "\(directory.path)/\(AuditName.head)")
        let script = try #require(try Self.commands().last)
        #expect(try Self.run(script, in: directory).contains("Signature Verified Successfully"))
        let name = "log/\(AuditName.head)"
        try directory.tree.add(
            name, try directory.tree.content(of: name).replacing("\"sequence\":4", with: "\"sequence\":3"))
        #expect(throws: ProgramFailure.self) { try Self.run(script, in: directory) }
    }
}
