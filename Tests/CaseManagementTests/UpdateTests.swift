import Testing
import Triage

@testable import CaseManagement

/// What sources say later of a finding that they have told of.
@Suite struct UpdateTests {
    let test: TestCore

    init() throws { test = try TestCore() }

    private func tell(_ event: String, severity: Int = 4, status: Int = 1, _ observables: [(Int, String)]) throws
        -> IngestionOutcome
    {
        let list = observables.map { #"{"type_id":\#($0.0),"value":"\#($0.1)"}"# }.joined(separator: ",")
        return try test.send(
            json:
                #"{"class_uid":2004,"severity_id":\#(severity),"status_id":\#(status),"metadata":{"uid":"\#(event)"},"finding_info":{"uid":"F1","title":"t"},"device":{"hostname":"h"},"observables":[\#(list)]}"#
        )
    }

    private func names(_ outcome: IngestionOutcome) throws -> Set<String> {
        Set(StoredTriage(try test.alert(outcome).triage).entities.map(\.value))
    }

    @Test("What a later event of a finding names is in its alert and its case, and joins what comes after")
    func named() throws {
        let first = try tell("1", [(2, "203.0.113.5")])
        test.advance(.seconds(90))
        let second = try tell("2", [(2, "203.0.113.9"), (4, "mallory")])
        #expect(second.alert == first.alert && second.caseID == first.caseID)
        #expect(try names(first).isSuperset(of: ["203.0.113.5", "203.0.113.9", "mallory", "h"]))
        let file = try test.caseFile(first.caseID)
        let entity = try #require(file.entities.first { $0.value == "mallory" })
        #expect(entity.occurrences == 1)
        #expect(file.history.contains { $0.event == "named" && $0.note.contains("user mallory") })
        #expect(try test.send("trojan found", host: "other", extra: ["user": "mallory"]).caseID == first.caseID)
        // Said again it is nothing new, and none of it is lost where the finding gets worse.
        _ = try tell("3", severity: 5, [(4, "mallory"), (2, "203.0.113.77")])
        #expect(try names(first).isSuperset(of: ["203.0.113.5", "203.0.113.9", "203.0.113.77", "mallory"]))
        #expect(try test.caseFile(first.caseID).history.filter { $0.event == "named" }.count == 2)
        // The event that ends it may name the last of it.
        _ = try tell("4", status: 4, [(4, "eve")])
        #expect(try names(first).contains("eve"))
        #expect(try test.caseFile(first.caseID).entities.contains { $0.value == "eve" })
        for name in ["eve", "203.0.113.5", "203.0.113.77"] {
            var filter = AlertFilter()
            filter.entity = name
            #expect(try test.reader().alerts(filter).map(\.id) == [first.alert], "\(name)")
        }
    }
}
