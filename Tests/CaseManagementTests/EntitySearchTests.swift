import Testing
import Triage

@testable import CaseManagement

/// Alerts by what they name.
@Suite struct EntitySearchTests {
    let test: TestCore

    init() throws { test = try TestCore() }

    private func found(_ entity: String, _ change: (inout AlertFilter) -> Void = { _ in }) throws -> [Int] {
        var filter = AlertFilter()
        filter.entity = entity
        change(&filter)
        return try test.reader().alerts(filter).map(\.id)
    }

    @Test("An alert is found by each thing that it names, in a case or in none")
    func everyAlert() throws {
        let inCase = try test.send("trojan found", host: "h1", extra: ["user": "mallory"])
        let inNone = try test.send("a user logged in", host: "h2", severity: "low", extra: ["user": "mallory"])
        let (first, second) = (try #require(inCase.alert), try #require(inNone.alert))
        #expect(inCase.caseID != nil)
        let quiet = try test.send(
            "printer out of paper", host: "h9", severity: "low",
            extra: ["srcip": "198.51.100.7", "file_path": "/srv/Data/Report.txt", "dstport": "631"])
        let third = try #require(quiet.alert)
        #expect(quiet.caseID == nil)
        #expect(try found("mallory") == [second, first] && found("Mallory") == [second, first])
        for entity in ["198.51.100.7", "/srv/Data/Report.txt", "/srv/data/report.txt", "h9", "H9"] {
            #expect(try found(entity) == [third], "\(entity)")
        }
        #expect(try found("h1") == [first])
        #expect(try found("mallor").isEmpty && found("printer").isEmpty && found("198.51.100").isEmpty)
    }
}
