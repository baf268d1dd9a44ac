import FoundationEssentials
import Testing

@testable import Commands

@Suite struct CommandRegistryTests {
    /// The commands that have a file: `Commands/PolicyCheckCommand.swift` holds `policy check`.
    static func fileNames() throws -> [String] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Interfaces/Commands/Commands").standardized.path
        return try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { $0.hasSuffix("Command.swift") }.map { String($0.dropLast("Command.swift".count)) }.sorted()
    }

    @Test("Every command has a file of its name, and every file's command is on the list")
    func filesAndList() throws {
        let listed = CommandRegistry.all.map { type in
            type.syntax.words.flatMap { $0.split(separator: "-") }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
                .joined()
        }
        #expect(listed.sorted() == (try Self.fileNames()))
    }

    @Test("The list is alphabetical, and no name is there twice or the start of another")
    func order() {
        let names = CommandRegistry.all.map { $0.syntax.name }
        #expect(names == Set(names).sorted())
        for name in names { #expect(!names.contains { $0.hasPrefix("\(name) ") }) }
    }

    @Test("Options are listed by name, none hides one of every command")
    func options() {
        let shared = Set(GlobalOptions.all.map(\.name))
        #expect(GlobalOptions.all.map(\.name) == shared.sorted())
        for type in CommandRegistry.all {
            let names = type.syntax.options.map(\.name)
            #expect(names == Set(names).sorted(), "\(type.syntax.name)")
            #expect(shared.isDisjoint(with: names), "\(type.syntax.name)")
        }
    }

    @Test(
        "Only the last operand may repeat or be left out before another",
        arguments: CommandRegistry.all.map { $0.syntax })
    func operands(syntax: CommandSyntax) {
        #expect(syntax.operands.dropLast().allSatisfy { !$0.mayRepeat && $0.isRequired })
    }

    @Test("Help tells every command, option, value and operand", arguments: [40, 80, 200])
    func help(columns: Int) {
        let help = BaileyTool.help(columns: columns)
        let program = words(help.text(on: .program))
        for type in CommandRegistry.all {
            let syntax = type.syntax
            #expect(program.contains(words(syntax.name)), "\(syntax.name)")
            #expect(program.contains(words(syntax.summary)), "\(syntax.name)")
            let text = words(help.text(on: .command(syntax)))
            for option in syntax.options + GlobalOptions.all {
                #expect(text.contains(option.usage), "\(syntax.name) --\(option.name)")
                #expect(text.contains(words(option.help)), "\(syntax.name) --\(option.name)")
                for choice in option.choices { #expect(text.contains(choice), "\(syntax.name) --\(option.name)") }
            }
            for operand in syntax.operands {
                #expect(text.contains(operand.usage), "\(syntax.name)")
                #expect(text.contains(words(operand.help)), "\(syntax.name)")
            }
            if let group = syntax.group {
                #expect(words(help.text(on: .group(group))).contains(syntax.summary), "\(syntax.name)")
            }
        }
    }

    @Test("Help tells every exit code")
    func exitCodes() {
        let text = words(BaileyTool.help(columns: 80).text(on: .program))
        for (code, meaning) in ExitCode.meanings { #expect(text.contains("\(code.rawValue) \(words(meaning))")) }
    }

    @Test("No line of help is longer than the terminal", arguments: CommandRegistry.all.map { $0.syntax })
    func width(syntax: CommandSyntax) {
        let text = BaileyTool.help(columns: 80).text(on: .command(syntax))
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    /// The text with every run of blanks as one, so that it does not matter where lines were broken.
    private func words(_ text: String) -> String { text.split { $0 == " " || $0 == "\n" }.joined(separator: " ") }
}
