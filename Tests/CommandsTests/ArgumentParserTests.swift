import Testing

@testable import Commands

@Suite struct ArgumentParserTests {
    static let parser = ArgumentParser(
        commands: [
            CommandSyntax(name: "checks list", summary: "List."),
            CommandSyntax(
                name: "checks show", summary: "Show.", operands: [CommandOperand(name: "ID", help: "the check")]),
            CommandSyntax(
                name: "scan", summary: "Scan.",
                options: [
                    .flag("deep", help: "Deep."), .value("name", "NAME", mayRepeat: true, help: "Name."),
                    .choice("kind", "KIND", of: ["tcp", "udp"], help: "Kind."),
                ],
                operands: [CommandOperand(name: "FILE", isRequired: false, mayRepeat: true, help: "what to scan")]),
            CommandSyntax(
                name: "run", summary: "Run.",
                options: [
                    .value("user", "USER", help: "User.").letter("u"), .flag("quiet", help: "Quiet.").letter("q"),
                ],
                operands: [CommandOperand(name: "COMMAND", mayRepeat: true, help: "what to run")],
                operandsEndOptions: true),
        ], globalOptions: GlobalOptions.all, groupDefaults: ["checks": "checks list"])

    static func parse(_ line: String) throws(UsageError) -> CommandRequest {
        try parser.parse(line.split(separator: " ").map(String.init))
    }

    static func run(_ line: String) throws -> (name: String, arguments: ParsedArguments) {
        guard case .run(let syntax, let arguments) = try parse(line) else {
            Issue.record("'\(line)' asks for no command")
            return ("", ParsedArguments())
        }
        return (syntax.name, arguments)
    }

    @Test(
        "A value follows its option as the next argument or after =", arguments: ["--name a --deep", "--name=a --deep"])
    func values(options: String) throws {
        let (name, arguments) = try Self.run("scan \(options)")
        #expect(name == "scan")
        #expect(arguments.values == ["name": ["a"], "deep": [""]])
    }

    @Test(
        "An option may have a letter, and another program's command line is left as it is",
        arguments: [
            "run -u ada -q ls -l -u --json", "run --user ada --quiet -- ls -l -u --json",
            "run -q -u ada -- ls -l -u --json",
        ])
    func anothersCommandLine(line: String) throws {
        let arguments = try Self.run(line).arguments
        #expect(arguments.values == ["user": ["ada"], "quiet": [""]])
        #expect(arguments.operands == ["ls", "-l", "-u", "--json"])
    }

    @Test("Letters that no option has, letters in one word and a letter without its value are refused")
    func unknownLetters() {
        for line in ["run -x ls", "run -qu ada ls", "run -u", "scan -u ada"] {
            #expect(throws: UsageError.self, "\(line)") { try Self.parse(line) }
        }
    }

    @Test("A value may contain =, and an option that repeats keeps all values in order")
    func repeated() throws {
        let (_, arguments) = try Self.run("scan --name=a=b --name c")
        #expect(arguments.values["name"] == ["a=b", "c"])
    }

    @Test("Options of every command stand before or after its name", arguments: ["--json scan", "scan --json"])
    func globalOptions(line: String) throws {
        #expect(try Self.run(line).arguments.has(GlobalOptions.jsonOption))
    }

    @Test("-- ends the options, and a lone - is an operand")
    func endOfOptions() throws {
        let (_, arguments) = try Self.run("scan --deep - -- --name -x --")
        #expect(arguments.operands == ["-", "--name", "-x", "--"])
        #expect(arguments.values == ["deep": [""]])
    }

    @Test("A group's name alone stands for its default command")
    func groupDefault() throws {
        #expect(try Self.run("checks").name == "checks list")
        #expect(try Self.run("--json checks").name == "checks list")
    }

    @Test(
        "What is not understood is named, with the nearest there is",
        arguments: [
            ("scna", "unknown command 'scna'; did you mean bailey scan?"),
            ("checks shwo x", "unknown command 'checks shwo'; did you mean bailey checks show?"),
            ("zzzzzz", "unknown command 'zzzzzz'"),
            ("scan --depe", "unknown option --depe of bailey scan; did you mean --deep?"),
            ("scan --jsno", "unknown option --jsno of bailey scan; did you mean --json?"),
            ("scan -d", "unknown option -d: options are written --like-this"),
            ("--deep scan", "--deep belongs to a command and stands after its name"),
            ("scan --deep=1", "--deep takes no value"),
            ("scan --name", "--name needs a value: --name NAME"),
            ("scan --name --deep", "--name needs a value: --name NAME"),
            ("scan --name=", "--name needs a value: --name NAME"),
            ("scan --kind sctp", "--kind cannot be 'sctp': it is one of tcp, udp"),
            ("scan --deep --deep", "--deep is given more than once"),
            ("checks show", "ID is missing: the check"),
            ("checks show a b", "'b' is more than bailey checks show takes"),
            ("", "no command is given"),
        ])
    func refusals(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try Self.parse(line) }
        #expect(error?.description == message)
    }

    @Test("Help is asked for everything there is, and wins over what is missing")
    func help() throws {
        #expect(try Self.parse("--help") == .help(.program))
        #expect(try Self.parse("-h") == .help(.program))
        #expect(try Self.parse("checks --help") == .help(.group("checks")))
        #expect(try Self.parse("checks show -h") == .help(.command(Self.parser.commands[1])))
        #expect(try Self.parse("--help scan") == .help(.command(Self.parser.commands[2])))
    }

    @Test("--version wins over a missing command")
    func version() throws {
        #expect(try Self.parse("--version") == .version)
    }

    @Test("An argument of any length is refused without long thought")
    func longArgument() {
        #expect(throws: UsageError.self) { try Self.parse(String(repeating: "x", count: 1 << 20)) }
    }
}
