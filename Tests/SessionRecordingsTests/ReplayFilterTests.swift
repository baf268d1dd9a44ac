import SessionRecordings
import Testing

@Suite struct ReplayFilterTests {
    static func filtered(_ pieces: String..., isPlain: Bool = false) -> String {
        var filter = ReplayFilter(isPlain: isPlain)
        return pieces.map { filter.filter($0) }.joined()
    }

    @Test(
        "Text, colours, cursor movement, erasing and the alternate screen go through as they are",
        arguments: [
            "plain\r\n\ttext\u{8}", "höhe 漢字 🏰", "\u{1b}[m", "\u{1b}[1;38;5;208mx\u{1b}[0m", "\u{1b}[38:2::1:2:3m",
            "\u{1b}[2J\u{1b}[H", "\u{1b}[10;20H", "\u{1b}[3A\u{1b}[K", "\u{1b}[1;24r", "\u{1b}[?25l\u{1b}[?1049h",
            "\u{1b}7\u{1b}8\u{1b}M", "\u{1b}(0lqk\u{1b}(B",
        ])
    func harmless(text: String) { #expect(Self.filtered(text) == text) }

    @Test(
        "What could do more to a terminal than show goes, in either spelling of the control characters",
        arguments: [
            ("title", "\u{1b}]0;owned\u{7}"), ("title with ST", "\u{1b}]2;owned\u{1b}\\"),
            ("title in C1", "\u{9d}0;owned\u{9c}"), ("clipboard", "\u{1b}]52;c;cm0gLXJmIC8=\u{7}"),
            ("link", "\u{1b}]8;;http://x.example\u{1b}\\"), ("device attributes", "\u{1b}[c"),
            ("device attributes in C1", "\u{9b}c"), ("position report", "\u{1b}[6n"),
            ("window title report", "\u{1b}[21t"),
            ("status string", "\u{1b}P$qm\u{1b}\\"), ("terminfo request", "\u{1b}P+q544e\u{1b}\\"),
            ("programmable key", "\u{1b}P1;1|17/6c73\u{1b}\\"), ("application string", "\u{1b}_payload\u{1b}\\"),
            ("private message", "\u{1b}^payload\u{1b}\\"), ("printing", "\u{1b}[5i"), ("reset", "\u{1b}c"),
            ("mouse", "\u{1b}[?1003h"), ("bracketed paste", "\u{1b}[?2004h"), ("columns", "\u{1b}[?3h"),
            ("a mode among harmless ones", "\u{1b}[?25;1000h"), ("repetition", "\u{1b}[2000000000b"),
            ("enormous number", "\u{1b}[999999999L"), ("keyboard protocol", "\u{1b}[>1u"), ("alignment", "\u{1b}#8"),
            ("shift", "\u{e}\u{f}"), ("bell", "\u{7}"), ("null", "\u{0}"), ("delete", "\u{7f}"),
            ("answerback", "\u{5}"),
            ("soft reset", "\u{1b}[!p"), ("nested", "\u{1b}]0;a\u{1b}]52;c;b\u{7}"),
            ("endless parameters", "\u{1b}[" + String(repeating: "1;", count: 100_000) + "m"),
        ])
    func harmful(name: String, text: String) {
        #expect(Self.filtered("before\(text)after") == "beforeafter", "\(name)")
        var filter = ReplayFilter()
        // One character at a time, as the pieces of a recording may be.
        #expect(text.unicodeScalars.map { filter.filter(String($0)) }.joined() == "", "\(name)")
    }

    @Test("Whatever is thrown at it, nothing but text and the listed sequences comes out")
    func random() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array(
            "\u{1b}\u{1b}\u{1b}[]P_^X\\;?:>!$0123456789cnthlmHJKrsuAi\u{7}\u{9b}\u{9d}\u{90}\u{9c}\u{18}\n ab"
                .unicodeScalars)
        for _ in 0..<3000 {
            var filter = ReplayFilter()
            var shown = ""
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                var piece = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 1...20, using: &generator) {
                    piece.append(alphabet.randomElement(using: &generator) ?? "a")
                }
                shown += filter.filter(String(piece))
            }
            let rest = shown.replacing(#/\x1b(?:\[\??[0-9;:]*[A-HJKLMPSTXZ@adefhlmrsuI`]|[78DEM]|\([0B])/#, with: "")
            #expect(
                !rest.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7f...0x9f).contains($0.value) },
                "\(shown.debugDescription)")
            #expect(!shown.contains(#/\x1b\[[0-9;:]*[hlc]/#) && !shown.contains(#/\x1b\[\?[0-9;]*[^0-9;hl]/#))
        }
    }

    @Test("A string without an end does not hide what comes long after it")
    func endless() {
        let text = Self.filtered("\u{1b}]0;" + String(repeating: "x", count: 5000), "visible")
        #expect(text.hasSuffix("xvisible"))
    }

    @Test("Controls that reorder what is read become a sign that something was there")
    func directional() { #expect(Self.filtered("a\u{202e}b\u{2066}c") == "a\u{fffd}b\u{fffd}c") }

    @Test("In plain form no escape sequence is left, what was hidden by one shows, and lines end as lines do")
    func plain() {
        let text = "\u{1b}[8mhidden\u{1b}[0m\r\n\u{1b}[31mred\u{1b}[2K\rover\u{8}\n"
        #expect(Self.filtered(text, isPlain: true) == "hidden\nredover\n")
    }
}
