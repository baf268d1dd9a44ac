import JSON
import Testing

@testable import AttackRetrieval

@Suite("Bundles that are none")
struct HostileBundleTests {
    static let bundles: [(name: String, text: String, message: String)] = [
        ("nothing", "", "no JSON at byte 0"),
        ("no object", "[]", "no JSON at byte 0"),
        ("an empty object", "{}", "its `type` is not `bundle`"),
        ("another type", #"{"type": "report", "objects": []}"#, "its `type` is not `bundle`"),
        ("no objects", #"{"type": "bundle"}"#, "it has no `objects`"),
        ("objects twice", #"{"type": "bundle", "objects": [], "objects": []}"#, "it has `objects` twice"),
        ("no technique", #"{"type": "bundle", "objects": []}"#, "it has no technique"),
        ("STIX 2.0", #"{"type": "bundle", "spec_version": "2.0", "objects": []}"#, "it is STIX 2.0"),
        ("objects that are no list", #"{"type": "bundle", "objects": {}}"#, "no JSON at byte"),
        ("an element that is no object", #"{"type": "bundle", "objects": [1]}"#, "has no type or no id"),
        ("an object without a type", #"{"type": "bundle", "objects": [{"id": "a"}]}"#, "has no type or no id"),
        ("a type that is no text", #"{"type": "bundle", "objects": [{"type": 1, "id": "a"}]}"#, "has no type or no id"),
        ("an object cut off", #"{"type": "bundle", "objects": [{"type": "a""#, "it ends too early"),
        ("a string cut off", #"{"type": "bundle", "objects": [{"type": "a"#, "it ends inside a string"),
        ("a string cut off in an escape", #"{"type": "bundle", "objects": [{"type": "a\"#, "it ends inside a string"),
        ("something behind it", #"{"type": "bundle", "objects": []} x"#, "no JSON at byte"),
        ("brackets that do not match", #"{"type": "bundle", "objects": [{"type": ["a"}]}]}"#, "no JSON at byte"),
        ("a broken object", #"{"type": "bundle", "objects": [{"type": tru}]}"#, "the object at byte"),
        ("a long key", #"{"\#(String(repeating: "k", count: 300))": 1}"#, "more than 256 bytes"),
        ("deep nesting", deep(in: "objects"), "the object at byte"),
        ("deep nesting beside the objects", deep(in: "extra"), "its `type` is not `bundle`"),
    ]

    static func deep(in key: String) -> String {
        let nest = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        return #"{"\#(key)": [\#(nest)], "type": "\#(key == "objects" ? "bundle" : "x")"}"#
    }

    @Test("A bundle that cannot be used is refused with the reason", arguments: bundles.map(\.name))
    func refusal(name: String) throws {
        let bundle = try #require(Self.bundles.first { $0.name == name })
        let error = #expect(throws: AttackError.self) {
            try AttackIndex(bundle: Array(bundle.text.utf8), knowledge: DetectionKnowledge(parsing: ""))
        }
        #expect(error?.description.contains(bundle.message) == true, "\(String(describing: error))")
    }

    @Test("A compressed bundle is refused with what to do")
    func compressed() {
        #expect(throws: AttackError.bundle("compressed; unpack it first: gunzip FILE")) {
            try AttackIndex(bundle: [0x1f, 0x8b, 8, 0], knowledge: DetectionKnowledge(parsing: ""))
        }
    }

    @Test("Wherever a bundle is cut, it is refused and nothing worse")
    func cuts() {
        let bytes = SmallBundle.usual.bytes
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: AttackError.self) {
                try AttackIndex(bundle: Array(bytes[..<length]), knowledge: DetectionKnowledge(parsing: ""))
            }
        }
    }

    @Test("An object that is larger than a megabyte is refused")
    func largeObject() {
        var bundle = SmallBundle.usual
        bundle.technique("z", "T9100", "Long", String(repeating: "larder ", count: 200_000))
        #expect(throws: AttackError.bundle("an object in it is larger than 1 MB")) { try bundle.index() }
    }

    @Test("Fields of another kind than expected are passed over")
    func wrongKinds() throws {
        var bundle = SmallBundle.usual
        bundle.objects.append(
            .object([
                "type": .text("attack-pattern"), "id": .text("attack-pattern--w"), "name": .number(3),
                "external_references": .text("T1"), "kill_chain_phases": .flag(true), "revoked": .text("no"),
            ]))
        bundle.objects.append(
            .object(["type": .text("relationship"), "id": .text("r"), "relationship_type": .array([])]))
        #expect(try bundle.index().encoded == SmallBundle.usual.index().encoded)
    }

    @Test(
        "Detection knowledge with a line that cannot be read is refused, and the line is named",
        arguments: [
            ("T1003: a\nno colon", 2), ("T1: a", 1), ("  goes on", 1), ("# comment\n\nT1003 X: a", 3), (":a", 1),
        ])
    func brokenKnowledge(text: String, line: Int) {
        let error = #expect(throws: AttackError.self) { try DetectionKnowledge(parsing: text) }
        #expect(error?.description.contains("line \(line):") == true)
    }
}
