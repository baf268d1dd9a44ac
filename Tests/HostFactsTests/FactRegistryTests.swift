import Foundation
import Testing

@testable import HostFacts

@Suite struct FactRegistryTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/Host/HostFacts/Facts")

    @Test("Every file of Facts/ is on the list of collectors, in alphabetical order")
    func everyFileIsListed() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
            .filter { $0.hasSuffix("Fact.swift") }.map { String($0.dropLast(".swift".count)) }.sorted()
        #expect(FactCollectors.all.map { "\($0)" } == files)
    }

    @Test("No two collectors answer for one prefix")
    func prefixes() {
        #expect(Set(FactCollectors.all.map { $0.prefix }).count == FactCollectors.all.count)
    }
}
