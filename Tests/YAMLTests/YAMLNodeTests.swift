import Testing
import YAML

/// What a tree says, in one line.
private func flat(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let scalar): scalar.isQuoted ? "\"\(scalar.text)\"" : scalar.text
    case .sequence(let elements): "[" + elements.map(flat).joined(separator: ",") + "]"
    case .mapping(let members): "{" + members.map { "\($0.key):\(flat($0.value))" }.joined(separator: ",") + "}"
    }
}

private func parse(_ text: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> YAMLNode {
    try YAMLNode(parsing: Array(text.utf8), limits: limits)
}

@Suite struct YAMLNodeTests {
    @Test(
        "A document is read as written, quoted or plain",
        arguments: [
            ("a: 1\nb: [x, 'y']\n", "{a:1,b:[x,\"y\"]}"),
            ("- no\n- \"no\"\n- ~\n-\n", "[no,\"no\",~,]"),
            ("{\"port\":22, \"list\": [1, 2.5, true, null], \"e\": {}}", "{port:22,list:[1,2.5,true,null],e:{}}"),
            ("{\n\t\"a\": [\n\t\t\"b\\n\\u0041\\/\"\n\t]\n}", "{a:[\"b\nA/\"]}"),
            ("a: |\n  one\n  two\n", "{a:\"one\ntwo\n\"}"),
            ("# only a comment before\n---\na: b # after\n...\n", "{a:b}"),
            ("%YAML 1.1\n---\na: b", "{a:b}"),
            ("\u{feff}a: b", "{a:b}"),
            ("a: ü\r\nb: 😀\r\n", "{a:ü,b:😀}"),
        ])
    func content(text: String, expected: String) throws {
        #expect(flat(try parse(text)) == expected)
    }

    @Test(
        "What cannot be read is refused with its line, its column and what to do",
        arguments: [
            ("", "1:1: there is nothing in it"),
            ("# nothing\n", "1:1: there is nothing in it"),
            ("a: 1\nb: 2\na: 3\n", "3:1: key 'a' is already given on line 1; keep one of them"),
            ("a: {x: 1, \"x\": 2}", "1:11: key 'x' is already given on line 1; keep one of them"),
            ("a: &x 1\n", "1:4: anchors (&name) are not read here; write the value out where it is needed"),
            ("a: &x [1]\nb: *x\n", "1:4: anchors (&name) are not read here; write the value out where it is needed"),
            ("b: *x\n", "1:4: aliases (*name) are not read here; write the value out where it is needed"),
            ("a: !!str 1\n", "1:4: tags (!name) are not read here; leave the tag out"),
            ("a: ! x\n", "1:4: tags (!name) are not read here; leave the tag out"),
            ("!x {a: 1}\n", "1:1: tags (!name) are not read here; leave the tag out"),
            ("a: 1\n---\nb: 2\n", "2:1: a second document begins here; put it into a file of its own"),
            ("[a]: 1\n", "1:1: a key has to be text, and this is a list"),
            ("a:\n\t- b\n", "2:1: a tab cannot indent YAML; use spaces"),
            ("a: é\u{1}\n", "1:5: control characters are not allowed; remove the character"),
        ])
    func refusal(text: String, expected: String) {
        let error = #expect(throws: YAMLError.self) { try parse(text) }
        #expect(error?.description == expected)
    }

    @Test("Text that is not YAML is refused where libyaml gives up, with its reason")
    func syntax() {
        let error = #expect(throws: YAMLError.self) { try parse("rules:\n  - a: b: c\n") }
        #expect(error?.line == 2)
        #expect(error?.message.hasPrefix("not YAML here: mapping values are not allowed") == true)
        #expect(error?.message.hasSuffix("check indentation, colons and quotes") == true)
        #expect(throws: YAMLError.self) { try parse("a: [1, 2\n") }
        #expect(throws: YAMLError.self) { try parse("a: \"open\n") }
    }

    @Test(
        "Bytes that are not UTF-8 are refused where they stand",
        arguments: [([0xff], 4), ([0xc3, 0x28], 5), ([0xed, 0xa0, 0x80], 4)])
    func encoding(bytes: [UInt8], column: Int) {
        let error = #expect(throws: YAMLError.self) { try YAMLNode(parsing: Array("a: 1\nb: ".utf8) + bytes) }
        #expect(error?.position == TextPosition(line: 2, column: column))
        #expect(error?.message.hasSuffix("save the file as UTF-8") == true)
    }

    @Test("UTF-16 is not taken for something else")
    func otherEncoding() {
        #expect(throws: YAMLError.self) { try YAMLNode(parsing: [0xff, 0xfe, 0x61, 0x00, 0x3a, 0x00]) }
    }

    @Test("Documents beyond the limits are refused, those at them are read")
    func limits() throws {
        var limits = YAMLLimits()
        (limits.bytes, limits.depth, limits.nodes) = (40, 3, 6)
        #expect(flat(try parse("a: [[x], y]", limits: limits).members?[0].value.elements?[1] ?? parse("no")) == "y")
        let deep = #expect(throws: YAMLError.self) { try parse("a: [[[x]]]", limits: limits) }
        #expect(deep?.description == "1:6: nested deeper than 3 levels; flatten it")
        let many = #expect(throws: YAMLError.self) { try parse("[1, 2, 3, 4, 5, 6]", limits: limits) }
        #expect(many?.description == "1:17: more than 6 values; split the file")
        let long = #expect(throws: YAMLError.self) { try parse(String(repeating: "x", count: 41), limits: limits) }
        #expect(long?.description == "1:1: larger than 40 bytes; split it, or remove what is not needed")
    }

    @Test(
        "A megabyte made to stall or exhaust a parser is refused at once",
        arguments: ["[", "{", "? ", "- ", "a: ", "a:\n", "1,", "[1,", "\"", "&a [*a,", "- [{", "k: &x\n  "])
    func hostile(unit: String) {
        let text = "[" + String(repeating: unit, count: (1 << 20) / unit.utf8.count - 1)
        let took = ContinuousClock().measure {
            #expect(throws: YAMLError.self) { try parse(text) }
            // Without the bracket some are one long scalar, and that is fine.
            _ = try? parse(String(text.dropFirst()))
        }
        #expect(took < .seconds(10))
    }

    @Test("Every node knows its line, its column and its bytes")
    func positions() throws {
        let text = "ü:\n  - id: 'ä'\n    review: pending # later\n"
        let root = try parse(text)
        let rule = try #require(root["ü"]?.elements?.first)
        let review = try #require(rule["review"])
        #expect(rule.position == TextPosition(line: 2, column: 5))
        #expect(rule.members?[1].keyPosition == TextPosition(line: 3, column: 5))
        #expect(review.position == TextPosition(line: 3, column: 13))
        #expect(String(decoding: Array(text.utf8)[review.byteRange], as: UTF8.self) == "pending")
        let name = try #require(rule["id"])
        #expect(String(decoding: Array(text.utf8)[name.byteRange], as: UTF8.self) == "'ä'")
    }

    @Test("Only what is written as nothing is nothing")
    func nulls() throws {
        let members = try #require(try parse("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: nil\n").members)
        #expect(members.map { $0.value.scalar?.isNull } == [true, true, true, false, false, false])
        #expect(members.map(\.value.kindName) == ["nothing", "nothing", "nothing", "text", "text", "text"])
    }

    @Test("Text in a message has no control characters and an end")
    func quoting() {
        #expect(YAMLError.quote("a\u{1b}[31m\u{202e}") == "'a\\u{1b}[31m\\u{202e}'")
        #expect(YAMLError.quote(String(repeating: "x", count: 99)).count == 63)
    }
}
