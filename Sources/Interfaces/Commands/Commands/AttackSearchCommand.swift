import AttackRetrieval
import JSON
import LinuxSystem
import TechniqueLookup

/// `bailey attack search TEXT|-`: the techniques that a text may be about.
struct AttackSearchCommand: Command {
    static let top = CommandOption.value("top", "N", help: "So many techniques; without it 5.")
    static let syntax = CommandSyntax(
        name: "attack search", summary: "Find the ATT&CK techniques that a text may be about.",
        details: [
            "The text is a sentence, an alert's title, a raw event (JSON, key=value, syslog), or a title and an event: `Title. Event`, or JSON with \"title\" and \"body\". Nothing is sent anywhere.",
            "With - each line of standard input is a text, and each is answered by a line of JSON.",
            "A score says how well a technique fits beside the others; it is no probability.",
        ],
        options: [top],
        operands: [CommandOperand(name: "TEXT|-", mayRepeat: true, help: "The text; several words are one text.")])

    private static let most = 100
    /// Bytes of a line of standard input; a query reads no more of it.
    private static let lineLimit = 400_000
    private let text: String
    private let count: Int

    init(_ arguments: ParsedArguments) throws(UsageError) {
        text = arguments.operands.joined(separator: " ")
        let number = arguments.value(of: Self.top) ?? "5"
        guard let count = Int(number), (1...Self.most).contains(count) else {
            throw UsageError("--top wants a number from 1 to \(Self.most)", command: Self.syntax.name)
        }
        self.count = count
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        var searcher = AttackSearcher(try InstalledAttackIndex(for: session).index)
        if text == "-" {
            try answerLines(with: &searcher, to: session.console)
        } else if session.options.wantsJSON {
            session.console.write(answer(to: text, with: &searcher, pretty: true))
        } else {
            printTable(searcher.search(AttackQuery(text), top: count), to: session.console)
        }
        return .done
    }

    private func answerLines(with searcher: inout AttackSearcher, to console: Console) throws(CommandError) {
        var lines = InputLines(limit: Self.lineLimit)
        do throws(SystemError) {
            while let line = try lines.next(), !console.isOutputClosed {
                console.write(answer(to: String(decoding: line, as: UTF8.self), with: &searcher, pretty: false))
            }
        } catch {
            throw .couldNotRun(error)
        }
    }

    private func answer(to text: String, with searcher: inout AttackSearcher, pretty: Bool) -> [UInt8] {
        let matches = searcher.search(AttackQuery(text), top: count)
        var writer = JSONWriter(pretty: pretty)
        writer.object { writer in
            writer.member("query", text)
            writer.member("attack_version", searcher.index.catalogue.version)
            writer.member(
                "results",
                array: { writer in
                    for match in matches {
                        writer.objectOnOneLine {
                            $0.member("technique_id", match.technique.id.description)
                            $0.member("name", match.technique.name)
                            $0.member("tactics", match.technique.tactics)
                            $0.key("score")
                            $0.value((match.score * 10_000).rounded() / 10_000)
                            $0.member("matched", match.matched)
                        }
                    }
                })
        }
        return writer.drain() + [UInt8(ascii: "\n")]
    }

    private func printTable(_ matches: [TechniqueMatch], to console: Console) {
        guard !matches.isEmpty else {
            console.print("no technique shares a word with this text")
            return
        }
        for match in matches {
            let percent = "\(Int((match.score * 100).rounded()))"
            let name = padded(match.technique.name, 44)
            console.print(
                printable(
                    "\(padded(match.technique.id.description, 11))\(padded(percent, 5))\(name) \(match.matched.prefix(8).joined(separator: " "))"
                ))
        }
    }
}
