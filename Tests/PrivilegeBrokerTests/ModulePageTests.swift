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

    /// What was published of sudo and sudo-rs in the last ten years that concerns a program like this one.
    private static let published = [
        "CVE-2015-8239", "CVE-2016-7032", "CVE-2016-7076", "CVE-2017-1000367", "CVE-2017-1000368", "CVE-2019-14287",
        "CVE-2019-18634", "CVE-2019-18684", "CVE-2019-19232", "CVE-2019-19234", "CVE-2021-23239", "CVE-2021-23240",
        "CVE-2021-3156", "CVE-2022-43995", "CVE-2023-22809", "CVE-2023-27320", "CVE-2023-28486", "CVE-2023-28487",
        "CVE-2023-42456", "CVE-2023-42465", "CVE-2023-7090", "CVE-2025-32462", "CVE-2025-32463", "CVE-2025-46717",
        "CVE-2025-46718", "CVE-2025-64170", "CVE-2025-64517", "CVE-2026-35535",
    ]

    @Test("Every published weakness of sudo's that concerns such a program has a row", arguments: published)
    func row(id: String) throws {
        #expect(
            try Self.rows().contains { $0[0].split { !$0.isLetter && !$0.isNumber && $0 != "-" }.contains { $0 == id } }
        )
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
