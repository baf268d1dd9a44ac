import AttackData
import Testing

@testable import AttackRetrieval

@Suite("The catalogue of ATT&CK")
struct AttackCatalogueTests {
    @Test("A technique has its name, tactics and platforms from the bundle")
    func technique() throws {
        let technique = try SmallBundle.usual.index().catalogue[id("T9001.001")]
        #expect(technique?.name == "Jam Theft")
        #expect(technique?.tactics == ["collection"])
        #expect(technique?.platforms == ["Kitchen"])
        #expect(technique?.standing == .current)
    }

    @Test("A revoked technique leads to its successor, a deprecated one to itself, and an unknown one nowhere")
    func resolution() throws {
        let catalogue = try SmallBundle.usual.index().catalogue
        let raid = try #require(catalogue[id("T9001")])
        let signal = try #require(catalogue[id("T9004")])
        #expect(try catalogue.resolve(id("T9001")) == .current(raid))
        #expect(try catalogue.resolve(id("T9003")) == .replaced(by: raid))
        #expect(try catalogue.resolve(id("T9004")) == .deprecated(signal))
        #expect(try catalogue.resolve(id("T9999")) == .unknown)
    }

    @Test("Techniques that revoke each other in a circle lead nowhere, and the search goes on without them")
    func circle() throws {
        var bundle = SmallBundle.usual
        bundle.technique("p", "T9010", "Hen", "Larder", revoked: true)
        bundle.technique("q", "T9011", "Egg", "Larder", revoked: true)
        bundle.relationship("revoked-by", "attack-pattern--p", "attack-pattern--q")
        bundle.relationship("revoked-by", "attack-pattern--q", "attack-pattern--p")
        bundle.relationship("uses", "malware--x", "attack-pattern--p", "Larder larder larder")
        let index = try bundle.index()
        #expect(try index.catalogue.resolve(id("T9010")) == .unknown)
        var searcher = AttackSearcher(index)
        #expect(searcher.search(AttackQuery("larder")).first?.technique.id == (try id("T9001")))
    }

    @Test(
        "An id of a later version is understood by the catalogue of an earlier one",
        arguments: [
            ("T1685", "T1562.001"), ("T1685.001", "T1562.002"), ("T1686", "T1562.004"), ("T1685.005", "T1070.001"),
            ("T1574.002", "T1574.001"),
        ])
    func laterID(asked: String, expected: String) throws {
        let catalogue = try AttackIndex(decoding: ShippedAttackData.index).catalogue
        guard case .replaced(let technique) = try catalogue.resolve(id(asked)) else {
            Issue.record("\(asked) is not replaced")
            return
        }
        #expect(technique.id == (try id(expected)))
    }

    @Test("An id of an earlier version is understood by a catalogue that has only its later one")
    func earlierID() throws {
        var bundle = SmallBundle.usual
        bundle.technique("n", "T1685", "Tools", "Something")
        let catalogue = try bundle.index().catalogue
        #expect(try catalogue.resolve(id("T1562.001")) == .replaced(by: #require(catalogue[id("T1685")])))
    }

    @Test(
        "What is not written like a technique's id is none",
        arguments: [
            "", "T", "T100", "T10033", "T1003.", "T1003.01", "T1003.0011", "X1003", "T1003/001", "T10é", "T1003,001",
        ])
    func noID(text: String) { #expect(TechniqueID(text) == nil) }

    @Test("Small letters are let pass, and a sub-technique knows its technique")
    func smallLetters() throws {
        #expect(try id("t1003.001").description == "T1003.001")
        #expect(try id("t1003.001").parent == id("T1003"))
        #expect(try id("T1003").parent == nil)
    }
}
