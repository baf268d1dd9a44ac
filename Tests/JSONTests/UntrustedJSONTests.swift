import Testing

@testable import JSON

@Suite struct UntrustedJSONTests {
    private func parse(_ text: String, _ limits: JSONLimits = .untrusted) throws -> UntrustedJSON.Document {
        try UntrustedJSON.parse(Array(text.utf8), limits: limits)
    }

    @Test(
        "What is JSON is read as any other reader reads it",
        arguments: [
            "{}", "[]", " [ 1 , -0.5e+3, 1E5, 0, -0, 12345678901234567890 ] ", #"{"a":{"b":[true,false,null]}}"#,
            #""é\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t😀""#, #"{"":""}"#, #"["\u0041"]"#,
        ])
    func sound(text: String) throws {
        let expected = try JSONValue(parsing: Array(text.utf8))
        let found = try parse(text)
        // Control characters come out here and stay there.
        #expect(found.value == expected || found.cuts.controlCharacters > 0)
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "-", "1.", ".5", "1e", "+1", "nul",
            "truefalse",
            "\"a", "\"\\x\"", "\"\\u12\"", #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "1 2", "[1] x", "// c\n1",
            "NaN",
            "1e999", "\u{feff}1",
        ])
    func unsound(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        "Bytes that are no UTF-8 are refused",
        arguments: [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xff]]
            as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try UntrustedJSON.parse([0x22] + bytes + [0x22]) }
    }

    @Test("Nesting is refused beyond its limit and read up to it, however deep it goes")
    func depth() throws {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        _ = try parse(nested(64))
        #expect(throws: JSONError.self) { try parse(nested(65)) }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[{\"a\":", count: 1_000_000)) }
    }

    @Test("What is too long is cut and counted")
    func cuts() throws {
        var limits = JSONLimits()
        (limits.stringLength, limits.arrayCount, limits.objectCount, limits.keyLength) = (3, 2, 1, 2)
        let found = try parse(#"{"abc": ["xyzé", "éééé", 3], "second": 1}"#, limits)
        #expect(found.value == .object(["ab": .array([.text("xyz"), .text("ééé")])]))
        #expect(found.cuts.description == "2 strings cut, 1 elements left out, 1 members left out, 2 keys cut")
    }

    @Test("Control and bidirectional characters are taken out, tabs and line ends stay")
    func controls() throws {
        let found = try parse("\"a\\u0000\\u001b[31mb\u{1}\u{202e}\u{9b}\\tc\\n\"")
        #expect(found.value == .text("a[31mb\tc\n"))
        #expect(found.cuts.controlCharacters == 5)
    }

    @Test("Of a key that is there twice the last counts")
    func twice() throws {
        #expect(try parse(#"{"a":1,"a":2}"#).value == .object(["a": .number(2)]))
    }

    @Test("A tree is written with its keys in order, and whole numbers whole")
    func writing() throws {
        let text = #"{"a":[1,0.5,null,true],"b":{"c":"d"}}"#
        #expect(try parse(text).value.compactText == text)
    }

    @Test("What a document may weigh is bounded, however it is nested: what is over it is left out, and counted")
    func weight() throws {
        var limits = JSONLimits()
        limits.weight = 10
        let flat = try UntrustedJSON.parse(Array("[1,2,3,4,5,6,7,8,9,10,11,12]".utf8), limits: limits)
        #expect(flat.value.elements?.count == 10 && flat.cuts.elements == 2 && flat.weight == 10)
        let nested = try UntrustedJSON.parse(Array(#"{"a":[{"":0},{"":0},{"":0}],"b":1}"#.utf8), limits: limits)
        // What is inside weighs first, and two of five are ten: the third has no room, nor has the list that they make.
        #expect(nested.value == .object([:]) && nested.cuts.members == 3 && nested.cuts.elements == 1)
        let usual = try UntrustedJSON.parse(Array(#"{"a":{"b":[1,"x",null,true]}}"#.utf8))
        #expect(usual.weight == 12, "two containers of four, four values")
        #expect(usual.cuts.isEmpty)
    }
}
