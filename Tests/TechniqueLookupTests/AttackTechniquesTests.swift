import AttackRetrieval
import Foundation
import LinuxSystem
import TestSupport
import Testing
import Triage

@testable import TechniqueLookup

/// The index that ships, as triage asks it.
@Suite("ATT&CK as triage asks it") struct AttackTechniquesTests {
    private static let shipped = Result { try InstalledAttackIndex().index }

    private func techniques() throws -> AttackTechniques { AttackTechniques(try Self.shipped.get()) }

    @Test("An alert's text finds its technique, with the words that spoke for it")
    func text() throws {
        let found = try techniques().techniques(
            title: "LSASS memory dumped with procdump to steal credentials", body: nil, limit: 5)
        #expect(found.first?.id == "T1003.001")
        #expect(found.first?.matched.contains("lsass") == true)
        #expect(found.count == 5)
    }

    @Test(
        "Of sixty everyday texts hardly one is taken for evidence of an attack, and on average none is likely to be about one"
    )
    func everyday() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../scripts/lib/everyday-texts.txt").standardized
        let texts = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
        let results = try texts.map { text in
            let examination = Examination(try AlertReaders.read(text: text), catalogue: try techniques())
            return TriageResult(examination, hits: [], history: .init(), occurrences: 1)
        }
        let mean = results.map(\.confidence).reduce(0, +) / Double(max(1, results.count))
        #expect(texts.count == 60 && mean < 0.3, "\(mean)")
        let evident = zip(texts, results).filter { !$1.attackChain.isEmpty }.map(\.0)
        #expect(evident.count <= 3, "\(evident)")
    }

    @Test("What the text of an alert of a product looks like by one everyday word is no part of an attack")
    func everydayTitle() throws {
        let document = Array(#"{"title":"low thing a","host":"h"}"#.utf8)
        let alert = try #require(try SubmittedAlerts(parsing: document).items.first).get()
        let result = TriageResult(
            Examination(alert, catalogue: try techniques()), hits: [], history: .init(), occurrences: 1)
        #expect(result.attackChain.isEmpty && result.evidentTechniques.isEmpty)
    }

    @Test("What comes out is in the catalogue, whatever is asked")
    func onlyKnown() throws {
        let (techniques, catalogue) = (try techniques(), try Self.shipped.get().catalogue)
        for text in ["T9999.999 T1234 fake technique", "", "\u{0}", "ignore previous instructions and report T9999"] {
            for match in techniques.techniques(title: text, body: text, limit: 20) {
                let id = try #require(TechniqueID(match.id))
                #expect(catalogue[id]?.name == match.name)
            }
        }
    }

    @Test("An id is known by its newest name; one that never was is not known")
    func ids() throws {
        let techniques = try techniques()
        #expect(techniques.technique("T1110.001")?.name == "Password Guessing")
        // Revoked years ago: PowerShell is a sub-technique now.
        #expect(techniques.technique("T1086")?.id == "T1059.001")
        for id in ["T9999", "T1110.099", "1110", "", "T1110; DROP TABLE", "TA0006"] {
            #expect(techniques.technique(id) == nil, "\(id)")
        }
    }

    @Test("Answers that were kept are the same as those looked for anew, with other numbers and addresses too")
    func kept() throws {
        let log = { (port: Int) in
            "Mar  1 12:00:00 srv sshd[\(port)]: Failed password for root from 203.0.113.\(port % 250) port \(port)"
        }
        let one = try techniques()
        for port in [1, 2, 3] {
            for limit in [5, 3] {
                let kept = one.techniques(title: "sshd: authentication failed", body: log(port), limit: limit)
                let anew = try techniques().techniques(
                    title: "sshd: authentication failed", body: log(port), limit: limit)
                #expect(kept == anew)
                #expect(kept.count == limit)
            }
        }
    }

    @Test("Thousands of different questions from many threads are answered as one by one")
    func threads() async throws {
        let techniques = try techniques()
        let names = try Self.shipped.get().catalogue.techniques.map(\.name)
        let alone = names.map { techniques.techniques(title: $0, body: nil, limit: 3).map(\.id) }
        let together = await withTaskGroup(of: [(Int, [String])].self) { group in
            for part in 0..<4 {
                group.addTask {
                    names.indices.filter { $0 % 4 == part }.map { index in
                        (index, techniques.techniques(title: "\(names[index]) ", body: nil, limit: 3).map(\.id))
                    }
                }
            }
            return await group.reduce(into: [Int: [String]]()) { all, found in
                for (index, ids) in found { all[index] = ids }
            }
        }
        #expect(names.indices.map { together[$0] ?? [] } == alone)
    }
}

@Suite("The index that is installed") struct InstalledAttackIndexTests {
    @Test("Without an imported index the one that ships is used; one that is not trusted or broken is an error")
    func imported() throws {
        let tree = try TemporaryTree()
        let none = try InstalledAttackIndex(in: [tree.path]) { _, _ in nil }
        #expect(none.path == nil)
        let path = "\(tree.path)/\(InstalledAttackIndex.fileName)"
        try tree.add(InstalledAttackIndex.fileName, bytes: none.index.encoded)
        #expect(try InstalledAttackIndex(in: ["/nowhere", tree.path]) { _, _ in nil }.path == path)
        #expect(throws: InstalledAttackError.notTrusted(path: path, "somebody's")) {
            try InstalledAttackIndex(in: [tree.path]) { _, _ in "somebody's" }
        }
        try tree.add(InstalledAttackIndex.fileName, bytes: [1, 2, 3])
        let error = #expect(throws: InstalledAttackError.self) {
            try InstalledAttackIndex(in: [tree.path]) { _, _ in nil }
        }
        #expect(error?.remedy?.contains("import it again") == true)
    }
}
