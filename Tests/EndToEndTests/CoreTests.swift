import Foundation
import JSON
import TestSupport
import Testing

/// From a finding on this host to a closed case whose evidence was verified, as README walks it.
@Suite("The core on the command line", .patience)
struct CoreTests {
    let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    private func json(_ command: String) async throws -> JSONValue {
        let run = try await program.shell("$bailey \(command) --state $tree/state --json")
        #expect(run.status == 0, "\(command): \(run.errors)")
        return try JSONValue(parsing: Array(run.output.utf8))
    }

    @Test("What an assessment found becomes a case, goes its way, is closed, and its evidence is verified")
    func walk() async throws {
        let taken = try await program.shell(
            "$bailey triage - --state $tree/state < '\(Checkout.path)/assessments/sample/assessment.json' | tail -n 1")
        #expect(taken.status == 0, "\(taken.errors)")
        let listed = try await program.shell("$bailey cases list --state $tree/state --json")
        let cases = try JSONValue(parsing: Array(listed.output.utf8))
        let first = try #require((cases["cases"]?.elements ?? cases.elements)?.last)
        let id = Int(try #require(first["case_id"]?.number))
        #expect(first["state"]?.text == "triaged" || first["state"]?.text == "correlated")

        for step in ["assign \(id) alice", "comment \(id) 'looked at it'", "tag \(id) walk"] {
            _ = try await json("cases \(step)")
        }
        var state = first["state"]?.text ?? ""
        let way = [
            "triaged": "correlated", "correlated": "investigated", "investigated": "planned", "planned": "approved",
        ]
        while let next = way[state] {
            state = try await json("cases move \(id) \(next)")["state"]?.text ?? ""
        }
        #expect(try await json("cases move \(id) executed")["state"]?.text == "executed")
        #expect(try await json("cases close \(id)")["state"]?.text == "closed")

        let sealed = try await program.shell(
            "$bailey evidence export \(id) --state $tree/state > $tree/pack.json && $bailey evidence verify $tree/pack.json --state $tree/state"
        )
        #expect(sealed.status == 0, "\(sealed.errors)")
        let changed = try await program.shell(
            "sed 's/alice/mallory/' $tree/pack.json > $tree/changed.json; $bailey evidence verify $tree/changed.json --state $tree/state"
        )
        #expect(changed.status != 0)
        let figures = try await json("kpis")
        #expect(figures["mttc"]?["count"]?.number == 1)
    }

    @Test("A text is judged with techniques of the catalogue, the words that spoke for them and how sure that is")
    func text() async throws {
        let run = try await program.shell(
            "$bailey triage 'Mimikatz dumps LSASS memory for alice from 203.0.113.7' --no-store --json --output $tree/out"
        )
        #expect(run.status == 0, "\(run.errors)")
        let document = try JSONValue(parsing: Array(run.output.utf8))
        let technique = try #require(document["matched_techniques"]?.elements?.first)
        #expect(technique["technique_id"]?.text == "T1003.001")
        #expect(technique["matched"]?.elements?.contains(.text("lsass")) == true)
        #expect(document["confidence"]?.number == technique["probability"]?.number)
        let queries = try #require(document["investigation_queries"]?.elements)
        let own = try #require(queries.first { $0["product"]?.text == "bailey" }?["query"]?.text)
        _ = try await json("triage 'Mimikatz dumps LSASS memory for alice from 203.0.113.7'")
        let asked = try await program.shell(own.replacing("bailey ", with: "$bailey ") + " --state $tree/state")
        #expect(asked.status == 0 && asked.output.contains("Mimikatz"), "\(own): \(asked.errors)")
        #expect(document["unknowns"]?.elements?.isEmpty == false)
    }

    @Test("An alert is kept quiet for a while, and feedback names techniques that there are")
    func quiet() async throws {
        _ = try await json("triage 'trojan found on web-1 by scanner'")
        #expect(try await json("alerts suppress 1 --for 2h")["triage_id"]?.number == 1)
        for wrong in ["--for 2", "--for 9999d", "--for -1h"] {
            #expect(try await program.shell("$bailey alerts suppress 1 \(wrong) --state $tree/state").status == 2)
        }
        let given = try await program.shell(
            "$bailey feedback give 1 true_positive --technique T1204 --state $tree/state --output $tree/out")
        #expect(given.status == 0, "\(given.errors)")
        let invented = try await program.shell(
            "$bailey feedback give 1 true_positive --technique T9999 --state $tree/state --output $tree/out")
        #expect(invented.status == 3)
        #expect(invented.errors.contains("no technique of the ATT&CK catalogue"))
        let labelled = try await program.shell("$bailey feedback export --state $tree/state")
        #expect(labelled.output.contains("\"techniques\":[\"T1204\"]"))
    }
}
