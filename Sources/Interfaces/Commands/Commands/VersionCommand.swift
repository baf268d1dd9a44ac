import JSON

/// `bailey version`: the same as `--version`, and as JSON.
struct VersionCommand: Command {
    static let syntax = CommandSyntax(name: "version", summary: "Print the version.")

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) -> ExitCode {
        guard session.options.wantsJSON else {
            session.console.print("bailey \(BaileyTool.version)")
            return .done
        }
        var writer = JSONWriter()
        writer.object { $0.member("version", BaileyTool.version) }
        session.console.print(String(decoding: writer.drain(), as: UTF8.self))
        return .done
    }
}
