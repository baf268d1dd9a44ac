import JSON
import Testing

@Suite struct JSONValueTests {
    private func parse(_ text: String, json5: Bool = false) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), allowsJSON5: json5)
    }

    @Test("Each kind of value is read as that kind and no other")
    func kinds() throws {
        let document = try parse(#"{"a": [null, true, 0, 1, -2.5e3, "1", "true", {}, []], "b": {"c": "d"}}"#)
        #expect(
            document["a"]
                == .array([
                    .null, .flag(true), .number(0), .number(1), .number(-2500), .text("1"), .text("true"), .object([:]),
                    .array([]),
                ]))
        #expect(document["b"]?["c"]?.text == "d")
        #expect(document["missing"] == nil)
        #expect(document["b"]?.number == nil)
        #expect(document["b"]?.members?.count == 1)
        #expect(document["a"]?.elements?.count == 9)
        #expect(document["a"]?.elements?[1].flag == true)
        #expect(document["a"]?.elements?[2].flag == nil)
    }

    @Test(
        "A lone value is a document", arguments: [("3", JSONValue.number(3)), ("null", .null), ("\"x\"", .text("x"))])
    func fragments(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test("Escapes, surrogate pairs and a byte order mark are read")
    func escapes() throws {
        #expect(try parse(#""a\u00e9\ud83d\ude42\n\/""#) == .text("aé🙂\n/"))
        #expect(try parse("\u{feff}[1]") == .array([.number(1)]))
    }

    @Test("JSON5: comments, trailing commas, bare keys, single quotes, hexadecimal")
    func json5() throws {
        let text = """
            // who may talk
            {
              gateway: { mode: 'local', port: 0x1F, },  /* the door */
              "list": [1, 2,],
              plus: +1, half: .5,
            }
            """
        let document = try parse(text, json5: true)
        #expect(document["gateway"]?["mode"]?.text == "local")
        #expect(document["gateway"]?["port"]?.number == 31)
        #expect(document["list"]?.elements?.count == 2)
        #expect(document["half"]?.number == 0.5)
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "[1,,]", "[,]", "{\"a\":}", "{a:1}", "'a'", "01", "1 2", "\"\u{1}\"", #""\ud800""#, "nul",
            "[1] x", "//",
            "NaN", "[1 2]", "{\"a\" 1}", "+1", "1.", "0x1F",
        ])
    func refused(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("An error never quotes the document", arguments: [false, true])
    func errors(json5: Bool) throws {
        let error = try #require(throws: JSONError.self) { try parse("{\n  \"token\": hunter2\n}", json5: json5) }
        #expect(error.description.contains("JSON"))
        #expect(!error.description.contains("hunter2"))
    }

    @Test("A comma after the last element is let pass")
    func trailingComma() throws {
        #expect(try parse(#"{"a": [1, 2,],}"#)["a"]?.elements?.count == 2)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func invalidText() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0xfe, 0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xc3, 0x22]) }
    }

    @Test("A document over the limit or nested without end is refused, not run out of stack on")
    func bounds() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[1, 2]".utf8), limit: 5) }
        for json5 in [false, true] {
            let arrays = String(repeating: "[", count: 200_000)
            #expect(throws: JSONError.self) { try parse(arrays, json5: json5) }
            let objects = String(repeating: "{\"a\":", count: 200_000)
            #expect(throws: JSONError.self) { try parse(objects, json5: json5) }
        }
    }
}
