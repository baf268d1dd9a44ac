import Testing

@testable import AttackRetrieval

@Suite("ATT&CK's Markdown")
struct PassageTextTests {
    @Test(
        "Citations, tags and targets of links are taken out",
        arguments: [
            ("A [Net](https://attack.mitre.org/software/S0039) command", "A [Net command"),
            ("Run <code>whoami</code> now", "Run  whoami  now"), ("Known.(Citation: Somebody 2020)", "Known."),
            ("(Citation: open", "(Citation: open"), ("a < b", "a < b"), ("", ""),
        ])
    func plain(text: String, expected: String) { #expect(PassageText.plain(text) == expected) }

    @Test("A text is cut into sentences, and what has fewer than three words is none")
    func sentences() {
        #expect(
            PassageText.sentences(of: "One two three. Four. Is it five words? v1.2 of it runs\n\n* a list item")
                == ["One two three.", "Is it five words?", "v1.2 of it runs", "* a list item"])
    }
}
