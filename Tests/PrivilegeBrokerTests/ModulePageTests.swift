import Foundation
import Testing

@Suite struct ModulePageTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The rows of the table of attacks: attack, answer, tests.
    private static func rows() throws -> [[String]] {
        let page = checkout.appending(path: "Sources/Guardrails/PrivilegeBroker/README.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("| attack |") })
        return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
    }

    @Test("Every attack on the module's page has an answer, and names tests that exist")
    func table() throws {
        let folder = Self.checkout.appending(path: "Tests")
        let names = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var tests = ""
        for case let file as URL in names where file.pathExtension == "swift" && !file.path.contains("ModulePageTests")
        {
            tests += try String(contentsOf: file, encoding: .utf8)
        }
        let rows = try Self.rows()
        #expect(rows.count > 20)
        for row in rows {
            #expect(row.count == 3 && row.allSatisfy { !$0.isEmpty }, "\(row)")
            let quoted = row.last?.components(separatedBy: "\"; \"") ?? []
            for name in quoted.map({ $0.trimmingCharacters(in: ["\""]) }) {
                #expect(tests.contains("\"\(name)\""), "no test is called: \(name)")
            }
        }
    }
}
