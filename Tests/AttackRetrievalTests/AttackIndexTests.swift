import AttackData
import Foundation
import TestSupport
import Testing

@testable import AttackRetrieval

@Suite("The index of ATT&CK")
struct AttackIndexTests {
    @Test("The same objects in another order make the same index")
    func sameIndex() throws {
        var reversed = SmallBundle.usual
        reversed.objects.reverse()
        #expect(try SmallBundle.usual.index().encoded == reversed.index().encoded)
    }

    @Test("An index is read back as it was written")
    func roundTrip() throws {
        let index = try SmallBundle.usual.index(knowledge: "T9002: grappling hook")
        let read = try AttackIndex(decoding: index.encoded)
        #expect(read.encoded == index.encoded)
        #expect(read.catalogue.version == "9.9")
        #expect(read.catalogue.techniques == index.catalogue.techniques)
    }

    @Test("An index that was cut anywhere is refused")
    func cuts() throws {
        let bytes = try SmallBundle.usual.index().encoded
        for length in bytes.indices {
            #expect(throws: AttackError.self) { try AttackIndex(decoding: Array(bytes[..<length])) }
        }
        #expect(throws: AttackError.self) { try AttackIndex(decoding: bytes + [0]) }
    }

    @Test("An index with any byte changed is refused, or answers with techniques in use of its catalogue")
    func changes() throws {
        let bytes = try SmallBundle.usual.index(knowledge: "T9001: larder").encoded
        for offset in bytes.indices {
            for value: UInt8 in [0, 1, 0x7f, 0xff] {
                var changed = bytes
                changed[offset] = value
                guard let index = try? AttackIndex(decoding: changed) else { continue }
                var searcher = AttackSearcher(index)
                for match in searcher.search(AttackQuery("marmalade larder spoon raid"), top: 9) {
                    #expect(index.catalogue[match.technique.id]?.standing == .current)
                }
            }
        }
    }

    @Test("No sentence of the bundle is in the index, only single words in alphabetical order")
    func noSentences() throws {
        let text = String(decoding: try SmallBundle.usual.index().encoded, as: UTF8.self)
        #expect(text.contains("cheddar") && text.contains("marmalad"))
        for phrase in ["empties the larder", "larder at", "cheddar wheel", "Gobbler ate", "Mouse 1999"] {
            #expect(!text.contains(phrase))
        }
    }

    @Test("What ships is version 18.1 with its 691 techniques in use, and MITRE's notice")
    func shipped() throws {
        let index = try AttackIndex(decoding: ShippedAttackData.index)
        #expect(index.catalogue.version == "18.1")
        #expect(index.techniqueCount == 691)
        #expect(
            ShippedAttackData.notice.contains("reproduced and distributed with the permission of The MITRE Corporation")
        )
    }

    @Test("Detection knowledge speaks of techniques that are in use in the version that ships")
    func knowledgeIDs() throws {
        let catalogue = try AttackIndex(decoding: ShippedAttackData.index).catalogue
        let knowledge = try DetectionKnowledge(parsing: ShippedAttackData.knowledge)
        #expect(knowledge.entries.count > 4000)
        for technique in Set(knowledge.entries.map(\.technique)) {
            #expect(catalogue[technique]?.standing == .current, "\(technique)")
        }
    }

    @Test("The index that ships holds the detection knowledge that ships, each phrase of a technique once")
    func knowledgeIsIndexed() throws {
        let index = try AttackIndex(decoding: ShippedAttackData.index)
        let knowledge = try DetectionKnowledge(parsing: ShippedAttackData.knowledge)
        var reader = TermReader()
        let phrases = Set(
            knowledge.entries.map { [Array($0.technique.description.utf8)] + reader.terms(of: $0.phrase).sorted(by: <) }
        ).filter { $0.count > 1 }
        #expect(index.knowledge.techniques.count == phrases.count)
    }

    /// MITRE's bundle of the version that ships, compressed or not; it is no part of this repository.
    private static let bundle = ProcessInfo.processInfo.environment["BAILEY_ATTACK_BUNDLE"]

    @Test(
        "The index that ships is what is made of MITRE's bundle",
        .enabled(if: bundle != nil, "no bundle of ATT&CK (BAILEY_ATTACK_BUNDLE)"))
    func shippedIsMade() throws {
        let path = try #require(Self.bundle)
        let text = try RunningProgram.output(of: ["gzip", "-dcf", path])
        let index = try AttackIndex(
            bundle: Array(text.utf8), knowledge: DetectionKnowledge(parsing: ShippedAttackData.knowledge),
            version: "18.1")
        #expect(index.encoded == ShippedAttackData.index)
    }

    @Test("Every table of detection knowledge is in the program")
    func tables() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/CLibraries/CAttackData/knowledge").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let texts = try names.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        #expect(ShippedAttackData.knowledge == texts.joined())
    }
}

private func < (left: [UInt8], right: [UInt8]) -> Bool { left.lexicographicallyPrecedes(right) }
