/// Help, made of the same syntax that arguments are read by, so that no option can be missing from it.
struct HelpText {
    let commands: [CommandSyntax]
    let globalOptions: [CommandOption]
    var columns = 80

    func text(on topic: HelpTopic) -> String {
        switch topic {
        case .program: program
        case .group(let name): group(name)
        case .command(let syntax): command(syntax)
        }
    }

    private var program: String {
        """
        Usage: bailey COMMAND [OPTIONS]

        \(wrapped("See which doors of this host are open, who goes out through which, what of that was approved, and where the host stands against ISO 27001 and NIST.", indent: 0))

        Commands:
        \(table(commands.map { ($0.name, $0.summary) }))

        Options of every command:
        \(table(of: globalOptions))

        Exit codes:
        \(table(ExitCode.meanings.map { ("\($0.code.rawValue)", $0.meaning) }))

        bailey COMMAND --help tells more of a command.

        """
    }

    private func group(_ name: String) -> String {
        """
        Usage: bailey \(name) COMMAND [OPTIONS]

        Commands:
        \(table(commands.filter { $0.group == name }.map { ($0.name, $0.summary) }))

        Options of every command:
        \(table(of: globalOptions))

        """
    }

    private func command(_ syntax: CommandSyntax) -> String {
        let usage = ["Usage: bailey", syntax.name, "[OPTIONS]"] + syntax.operands.map(\.usage)
        var sections = [usage.joined(separator: " "), wrapped(syntax.summary, indent: 0)]
        sections += syntax.details.map { wrapped($0, indent: 0) }
        if !syntax.operands.isEmpty {
            sections.append("Arguments:\n" + table(syntax.operands.map { ($0.name, $0.help) }))
        }
        if !syntax.options.isEmpty { sections.append("Options:\n" + table(of: syntax.options)) }
        sections.append("Options of every command:\n" + table(of: globalOptions))
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func table(of options: [CommandOption]) -> String {
        table(
            options.map { option in
                let choices = option.choices.isEmpty ? "" : " (\(option.choices.joined(separator: ", ")))"
                let name = option == GlobalOptions.help ? "-h, \(option.usage)" : option.usage
                return (name, option.help + choices)
            })
    }

    private func table(_ rows: [(name: String, help: String)]) -> String {
        let width = (rows.map(\.name.count).max() ?? 0) + 4
        return rows.map { row in
            let name = "  \(row.name)" + String(repeating: " ", count: width - row.name.count - 2)
            return name + wrapped(row.help, indent: width)
        }.joined(separator: "\n")
    }

    /// Breaks a text into lines of at most `columns`, all but the first indented.
    private func wrapped(_ text: String, indent: Int) -> String {
        let width = max(24, columns - indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return (lines + [line]).joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
