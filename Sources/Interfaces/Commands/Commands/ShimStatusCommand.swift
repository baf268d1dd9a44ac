import JSON
import LinuxSystem

/// `bailey shim status`: whether `sudo` asks the broker.
struct ShimStatusCommand: Command {
    static let syntax = CommandSyntax(
        name: "shim status", summary: "Tell whether sudo is bailey-sudo here, and what puts it into PATH.",
        details: ["Ends with 1 where anything is missing, or another sudo comes first in PATH."],
        options: ShimPlan.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let plan = try ShimPlan(arguments, in: session)
        var rows: [(path: String, state: String)] = []
        for link in plan.links { rows.append((link, Self.word(try plan.state(ofLink: link) == .installed))) }
        for file in plan.files {
            rows.append((file.path, Self.word(file.state(try plan.content(of: file)) == .installed)))
        }
        let found = Self.sudo(in: session.environment.variable("PATH") ?? "")
        let isFirst = found == "\(plan.directory)/sudo"
        let isWhole = rows.allSatisfy { $0.state == Self.word(true) } && isFirst
        if session.options.wantsJSON {
            session.printJSON { writer in
                writer.member("installed", isWhole)
                writer.member("sudo", found)
                writer.member(
                    "parts",
                    array: { writer in
                        for row in rows {
                            writer.objectOnOneLine {
                                $0.member("path", row.path)
                                $0.member("installed", row.state == Self.word(true))
                            }
                        }
                    })
            }
        } else {
            for row in rows { session.console.print(printable("\(row.path): \(row.state)")) }
            session.console.print(printable("sudo in this PATH: \(found ?? "none")\(isFirst ? "" : ", not Bailey's")"))
        }
        return isWhole ? .done : .findings
    }

    private static func word(_ isInstalled: Bool) -> String { isInstalled ? "installed" : "not installed" }

    /// The first sudo of a PATH; nil where there is none.
    private static func sudo(in path: String) -> String? {
        path.split(separator: ":").lazy.map { "\($0)/sudo" }
            .first { (try? FileTree().exists($0)) == true }  // what may not be looked at is not run either
    }
}
