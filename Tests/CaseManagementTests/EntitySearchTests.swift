import SQLite
import Storage
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

    /// The pages of a search, from the newest alert to the oldest.
    private func pages(_ entity: String, limit: Int) throws -> [[Int]] {
        var filter = AlertFilter()
        (filter.entity, filter.limit) = (entity, limit)
        var pages: [[Int]] = []
        repeat {
            let page = try test.reader().alertPage(filter)
            pages.append(page.alerts.map(\.id))
            filter.before = page.next
        } while filter.before != nil && pages.count < 100
        return pages
    }

    @Test("Pages have each alert once, those of before there were tags too, and say how far they looked")
    func paging() throws {
        let sent = try (1...30).map { number in
            try test.send(
                "login \(number % 2 == 0 ? "of" : "by")", host: "h\(number)", severity: "low",
                extra: ["file_path": number % 3 == 0 ? "C:\\Data\\Eve.exe" : "/srv/data/\(number)"])
        }
        let named = try (0..<10).map { try test.alert(sent[$0 * 3 + 2]) }
        let ids = named.map(\.id)
        let path = StoredTriage(named[0].triage).entities.first { $0.kind == .path }
        let name = try #require(path?.value)
        let newestFirst = Array(ids.reversed())
        #expect(try pages(name, limit: 4).flatMap { $0 } == newestFirst)
        #expect(try pages(name, limit: 4).map(\.count) == [4, 4, 2])
        // As if alerts up to the twentieth had come before there were tags.
        try test.change("DELETE FROM alert_entities WHERE alert <= 20")
        let found = try pages(name, limit: 50)
        #expect(found == [newestFirst.filter { $0 > 20 }, newestFirst.filter { $0 <= 20 }])
        try test.change("DELETE FROM alert_entities")
        #expect(try pages(name.uppercased(), limit: 50) == [newestFirst])
        #expect(try pages("nobody", limit: 50) == [[]])
    }

    @Test("What is asked for besides holds too: a severity, a case, older ones")
    func filters() throws {
        let high = try test.send("trojan found", host: "h1", extra: ["user": "mallory"])
        let low = try test.send("paper is out", host: "h2", severity: "low", extra: ["user": "mallory"])
        let (first, second) = (try #require(high.alert), try #require(low.alert))
        #expect(try found("mallory") { $0.severity = .high } == [first])
        #expect(try found("mallory") { $0.severity = .critical }.isEmpty)
        #expect(try found("mallory") { $0.before = second } == [first])
        #expect(try found("h2") { $0.caseID = low.caseID } == [second])
        #expect(try found("mallory") { $0.caseID = 99 }.isEmpty)
    }
}

extension TestCore {
    func change(_ statement: StaticString) throws {
        try core.queue.write { [file = core.queue.file] (connection) throws(StorageError) in
            try storing(file) { () throws(SQLiteError) in try connection.execute(statement) }
        }
    }
}
