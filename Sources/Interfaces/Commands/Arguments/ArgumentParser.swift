/// What a command line asks for.
enum CommandRequest: Sendable, Hashable {
    case run(CommandSyntax, ParsedArguments)
    case help(HelpTopic)
    case version
}

enum HelpTopic: Sendable, Hashable {
    case program
    case group(String)
    case command(CommandSyntax)
}

/// Reads a command line by the syntax of the commands there are.
///
/// Options of every command may stand anywhere, a command's own after its name. A value follows as the next argument or after `=`;
/// an argument of its own that starts with `--` is never taken for a value. `--` ends the options, and so does the first operand of a
/// command whose operands are another program's command line. `--help` wins over what is missing.
struct ArgumentParser {
    let commands: [CommandSyntax]
    let globalOptions: [CommandOption]
    /// The command that a group's name alone stands for.
    let groupDefaults: [String: String]

    /// - Parameter arguments: without the program's name.
    func parse(_ arguments: [String]) throws(UsageError) -> CommandRequest {
        var reading = Reading(parser: self)
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--", !reading.optionsEnded {
                reading.optionsEnded = true
            } else if !reading.optionsEnded, argument.hasPrefix("-"), argument != "-" {
                try reading.readOption(argument, rest: &rest)
            } else {
                try reading.readWord(argument)
            }
        }
        return try reading.request()
    }
}

/// How far a command line has been read.
private struct Reading {
    let parser: ArgumentParser
    var optionsEnded = false
    private var words: [String] = []
    private var command: CommandSyntax?
    private var parsed = ParsedArguments()

    init(parser: ArgumentParser) { self.parser = parser }

    private var knownOptions: [CommandOption] { (command?.options ?? []) + parser.globalOptions }

    mutating func readOption(_ argument: String, rest: inout ArraySlice<String>) throws(UsageError) {
        if argument == "-h" {
            parsed.values[GlobalOptions.help.name] = [""]
            return
        }
        guard argument.hasPrefix("--") else {
            let letter = argument.dropFirst().first
            if argument.count == 2, let option = knownOptions.first(where: { $0.letter == letter }) {
                return try take(option, written: nil, rest: &rest)
            }
            throw UsageError("unknown option \(argument): options are written --like-this", command: command?.name)
        }
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        // A group's name alone stands for one of its commands, whose options may follow it.
        if command == nil, !knownOptions.contains(where: { $0.name == name }),
            let standard = parser.groupDefaults[words.joined(separator: " ")],
            let meant = parser.commands.first(where: { $0.name == standard }),
            meant.options.contains(where: { $0.name == name })
        {
            command = meant
        }
        guard let option = knownOptions.first(where: { $0.name == name }) else { throw unknownOption(name) }
        try take(option, written: parts.count > 1 ? String(parts[1]) : nil, rest: &rest)
    }

    private mutating func take(
        _ option: CommandOption, written: String?, rest: inout ArraySlice<String>
    ) throws(UsageError) {
        let value = try value(of: option, written: written, rest: &rest)
        if parsed.has(option), !option.mayRepeat {
            throw UsageError("--\(option.name) is given more than once", command: command?.name)
        }
        parsed.values[option.name, default: []].append(value)
    }

    private func value(
        of option: CommandOption, written: String?, rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        guard let valueName = option.valueName else {
            guard written == nil else {
                throw UsageError("--\(option.name) takes no value", command: command?.name)
            }
            return ""
        }
        var value = written
        if value == nil, let next = rest.first, !next.hasPrefix("--") { value = rest.popFirst() }
        guard let value, !value.isEmpty else {
            throw UsageError("--\(option.name) needs a value: --\(option.name) \(valueName)", command: command?.name)
        }
        guard option.choices.isEmpty || option.choices.contains(value) else {
            let known = option.choices.joined(separator: ", ")
            throw UsageError("--\(option.name) cannot be '\(value)': it is one of \(known)", command: command?.name)
        }
        return value
    }

    private func unknownOption(_ name: String) -> UsageError {
        let nearest = nearestWord(to: name, among: knownOptions.map(\.name)).map { "; did you mean --\($0)?" } ?? ""
        if command == nil, parser.commands.contains(where: { $0.options.contains { $0.name == name } }) {
            return UsageError("--\(name) belongs to a command and stands after its name")
        }
        let place = command.map { " of bailey \($0.name)" } ?? ""
        return UsageError("unknown option --\(name)\(place)\(nearest)", command: command?.name)
    }

    mutating func readWord(_ word: String) throws(UsageError) {
        if let command {
            parsed.operands.append(word)
            if command.operandsEndOptions { optionsEnded = true }
            return
        }
        words.append(word)
        if let found = parser.commands.first(where: { $0.words == words }) {
            command = found
        } else if !parser.commands.contains(where: { $0.words.starts(with: words) }) {
            throw unknownCommand()
        }
    }

    private func unknownCommand() -> UsageError {
        let group = words.count > 1 ? words[0] : nil
        let siblings = parser.commands.filter { group == nil || $0.group == group }
        let candidates = siblings.compactMap { $0.words.dropFirst(words.count - 1).first }
        let nearest = nearestWord(to: words.last ?? "", among: candidates)
        let hint = nearest.map { "; did you mean bailey \((words.dropLast() + [$0]).joined(separator: " "))?" } ?? ""
        return UsageError("unknown command '\(words.joined(separator: " "))'\(hint)", command: group)
    }

    func request() throws(UsageError) -> CommandRequest {
        if parsed.has(GlobalOptions.help) {
            return .help(command.map(HelpTopic.command) ?? words.first.map(HelpTopic.group) ?? .program)
        }
        if parsed.has(GlobalOptions.version) { return .version }
        let command = if let command { command } else { try defaultCommand() }
        try checkOperands(of: command)
        return .run(command, parsed)
    }

    private func defaultCommand() throws(UsageError) -> CommandSyntax {
        guard let group = words.first else { throw UsageError("no command is given") }
        let name = words.joined(separator: " ")
        if let command = parser.commands.first(where: { $0.name == parser.groupDefaults[name] }) { return command }
        let names = parser.commands.filter { $0.words.starts(with: words) }.compactMap(\.words.last)
        throw UsageError("bailey \(name) needs one of: \(names.joined(separator: ", "))", command: group)
    }

    private func checkOperands(of command: CommandSyntax) throws(UsageError) {
        let given = parsed.operands.count
        if let missing = command.operands.dropFirst(given).first(where: \.isRequired) {
            throw UsageError("\(missing.name) is missing: \(missing.help)", command: command.name)
        }
        let isOpenEnded = command.operands.last?.mayRepeat ?? false
        if given > command.operands.count, !isOpenEnded {
            let extra = parsed.operands[command.operands.count]
            throw UsageError("'\(extra)' is more than bailey \(command.name) takes", command: command.name)
        }
    }
}
