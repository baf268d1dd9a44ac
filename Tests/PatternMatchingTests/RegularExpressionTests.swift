import PatternMatching
import Testing

@Suite struct RegularExpressionTests {
    @Test(
        "A pattern has to describe the whole text",
        arguments: [
            ("[a-z]+", "nginx", true), ("[a-z]+", "nginx ", false), ("[a-z]+", "", false), ("a|ab", "ab", true),
            ("a$", "a\n", false), ("^a", "ba", false), (".", "é", true), ("..", "é", false), (".*", "a\nb", false),
            ("", "", true), ("a(*ACCEPT)b", "ac", false), (#"a\Kb"#, "ab", false), ("(?i)NGINX", "nginx", true),
            ("^.*b", "a\nb", false), (#"\d"#, "٣", false),
        ])
    func whole(pattern: String, text: String, expected: Bool) throws {
        #expect(try RegularExpression(pattern).matchesWhole(text) == expected)
    }

    @Test(
        "A pattern that goes on for too long is an error and no answer",
        arguments: [
            ("(a+)+$", 50_000), ("(a+)+b", 30), ("(a|aa)+b", 60), ("(.*)*[cd]", 60), ("(?:a?){40}a{40}b", 40),
            (#"(a*)*\1b"#, 60), ("((a+)(a+))+b", 40),
        ])
    func catastrophic(pattern: String, count: Int) throws {
        let text = String(repeating: "a", count: count) + "!bx"
        let expression = try RegularExpression(pattern)
        let start = ContinuousClock.now
        let error = #expect(throws: PatternError.self) { try expression.matchesWhole(text) }
        #expect(error?.kind == .limit)
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test("Recursion without an end is an error and no crash")
    func recursion() throws {
        let text = String(repeating: "(", count: 100_000)
        let error = #expect(throws: PatternError.self) { try RegularExpression(#"(\((?1)*+\))"#).matchesWhole(text) }
        #expect(error?.kind == .limit)
    }

    @Test("A long text within the limits is decided")
    func long() throws {
        let text = String(repeating: "a", count: 200_000)
        #expect(try RegularExpression("[a-z]+").matchesWhole(text))
        #expect(try !RegularExpression("[b-z]+").matchesWhole(text))
    }

    @Test("What is no pattern says where", arguments: ["(a", "[z-a]", "a{2,1}", #"\C"#, "(?<n>a)(?<n>b)", "*a", #"\"#])
    func malformed(pattern: String) {
        let error = #expect(throws: PatternError.self) { _ = try RegularExpression(pattern) }
        guard case .malformed? = error?.kind else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("A pattern cannot lift its limits, and is not endless itself")
    func ownLimits() throws {
        let text = String(repeating: "a", count: 40) + "!b"
        let error = #expect(throws: PatternError.self) {
            try RegularExpression("(*LIMIT_MATCH=4000000000)(*LIMIT_DEPTH=4000000000)(a+)+b").matchesWhole(text)
        }
        #expect(error?.kind == .limit)
        #expect(throws: PatternError.self) { _ = try RegularExpression(String(repeating: "a", count: 1025)) }
        #expect(throws: PatternError.self) {
            _ = try RegularExpression(String(repeating: "(", count: 40) + String(repeating: ")", count: 40))
        }
    }

    @Test(
        "Whether a pattern can describe a text with a given beginning",
        arguments: [
            ("[a-z]+", false), (".*", true), ("-v", true), ("--?[a-z]+", true), ("[^-].*", false), ("(?!-).*", false),
            ("(?:a|b|-)x", true), ("", false), ("[a-z]*", false), ("(?x)a # b", true), ("(*UTF)a", false),
            ("[!-~]+", true), (#"\w+"#, false), (#"\W"#, true),
            ("(?=.*x)[a-z-]+", true),
            ("a?-", true), (#"\N+"#, true), ("(?i)[A-Z]+", false), ("-", true),
        ])
    func beginnings(pattern: String, expected: Bool) throws {
        #expect(try RegularExpression(pattern).canMatch(textWithPrefix: "-") == expected)
    }
}
