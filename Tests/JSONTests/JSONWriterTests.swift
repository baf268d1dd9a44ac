import JSON
import Testing

@Suite struct JSONWriterTests {
    private func text(pretty: Bool = true, _ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(pretty: pretty)
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("Keys keep the order they are written in, two spaces a level")
    func layout() {
        let written = text {
            $0.object {
                $0.member("zebra", 1)
                $0.member("ant", ["a", "b"])
                $0.member("empty", object: { _ in })
                $0.member("none", [])
            }
        }
        #expect(
            written == """
                {
                  "zebra": 1,
                  "ant": [
                    "a",
                    "b"
                  ],
                  "empty": {},
                  "none": []
                }
                """)
    }

    @Test("A compact document has no white space")
    func compact() {
        let written = text(pretty: false) {
            $0.object {
                $0.member("a", [])
                $0.member("b", object: { $0.member("c", true) })
                $0.member("d", nil as String?)
            }
        }
        #expect(written == #"{"a":[],"b":{"c":true},"d":null}"#)
    }

    @Test("Rows on one line stand between laid-out members, and the layout returns after them")
    func rows() {
        let written = text {
            $0.object {
                $0.member(
                    "rows",
                    array: {
                        $0.objectOnOneLine {
                            $0.member("a", 1)
                            $0.member("b", array: { $0.objectOnOneLine { $0.member("c", 2) } })
                        }
                        $0.objectOnOneLine { $0.member("a", 3) }
                    })
                $0.member("after", 4)
            }
        }
        #expect(
            written == """
                {
                  "rows": [
                    {"a":1,"b":[{"c":2}]},
                    {"a":3}
                  ],
                  "after": 4
                }
                """)
    }

    @Test(
        "Text is escaped where JSON, an HTML script element or a terminal would read it as something else",
        arguments: [
            ("plain text, größe, 日本, 🙂", "plain text, größe, 日本, 🙂"),
            ("\"\\", #"\"\\"#),
            ("\n\r\t\u{0}\u{1b}\u{7f}", #"\n\r\t\u0000\u001b\u007f"#),
            ("</script><!--&", #"\u003c/script\u003e\u003c!--\u0026"#),
            ("a\u{2028}b\u{2029}c", #"a\u2028b\u2029c"#),
            ("\u{9b}31m\u{80}\u{9f}\u{a0}", "\\u009b31m\\u0080\\u009f\u{a0}"),
            ("\u{202e}\u{2066}\u{2069}\u{200f}\u{61c}", #"\u202e\u2066\u2069\u200f\u061c"#),
            ("\u{2027}\u{202f}\u{2065}\u{200d}€", "\u{2027}\u{202f}\u{2065}\u{200d}€"),
            ("", ""),
        ])
    func escapes(written: String, json: String) {
        #expect(text(pretty: false) { $0.value(written) } == "\"\(json)\"")
    }

    @Test("What was escaped reads back as it was")
    func roundTrip() throws {
        let hostile = String(String.UnicodeScalarView((0...0x2fff).compactMap(Unicode.Scalar.init)))
        var writer = JSONWriter()
        writer.value(hostile)
        #expect(try JSONValue(parsing: writer.bytes).text?.unicodeScalars.elementsEqual(hostile.unicodeScalars) == true)
    }

    @Test("Numbers are written in full, and what JSON cannot say is null")
    func numbers() {
        let written = text(pretty: false) {
            $0.array {
                $0.value(0)
                $0.value(UInt64.max)
                $0.value(Int64.min)
                $0.value(0.5)
                $0.value(1e300)
                $0.value(Double.nan)
                $0.value(-Double.infinity)
            }
        }
        #expect(written == "[0,18446744073709551615,-9223372036854775808,0.5,1e+300,null,null]")
    }

    @Test("A long document is handed over in pieces that join to the whole")
    func draining() {
        var whole = JSONWriter()
        var pieces: [[UInt8]] = []
        var streamed = JSONWriter()
        func rows(_ writer: inout JSONWriter, after: (inout JSONWriter) -> Void) {
            writer.array {
                for row in 0..<1_000 {
                    $0.objectOnOneLine { $0.member("row", row) }
                    after(&$0)
                }
            }
        }
        rows(&whole, after: { _ in })
        rows(&streamed, after: { $0.drain(every: 256) { pieces.append($0) } })
        pieces.append(streamed.drain())
        #expect(pieces.count > 10)
        #expect(pieces.dropLast().allSatisfy { (256..<512).contains($0.count) })
        #expect(Array(pieces.joined()) == whole.bytes)
        #expect(streamed.bytes.isEmpty)
    }

    @Test("Text that was escaped before is put in as it stands")
    func fragments() {
        var fragment = JSONWriter(pretty: false)
        fragment.object { $0.member("pid", 1) }
        let written = text {
            $0.array {
                $0.value(json: fragment.bytes)
                $0.value(json: fragment.bytes)
            }
        }
        #expect(written == "[\n  {\"pid\":1},\n  {\"pid\":1}\n]")
    }
}
