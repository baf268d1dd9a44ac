import JSON
import Policies

/// `bailey alerts check`: whether people could be told.
struct AlertsCheckCommand: Command {
    static let syntax = CommandSyntax(
        name: "alerts check",
        summary: "Check the alerts policy: what it says, its secrets, its programs. Nothing is sent.",
        details: [
            "Ends with 3 where a channel could not be used. bailey alerts send-test CHANNEL sends a message for a try."
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let source = try AlertsPolicySource(in: session)
        let problems = source.problems
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object { writer in
                    writer.member("schema", 1)
                    writer.member("valid", problems.isEmpty)
                    writer.member(
                        "channels",
                        array: { writer in
                            for channel in source.policy.channels {
                                writer.objectOnOneLine {
                                    $0.member("id", channel.id)
                                    $0.member("kind", channel.settings.kind.rawValue)
                                }
                            }
                        })
                    writer.member("rules", source.policy.rules.map(\.id))
                    writer.member("problems", problems.map(\.description))
                }
            }
        } else {
            for channel in source.policy.channels {
                session.printRow([("channel", 8), (channel.id, 24), (channel.settings.kind.rawValue, 0)])
            }
            for rule in source.policy.rules {
                session.printRow([("rule", 8), (rule.id, 24), (rule.channels.joined(separator: ", "), 0)])
            }
            if !problems.isEmpty { throw .couldNotRun(problems) }
        }
        return problems.isEmpty ? .done : .couldNotRun
    }
}
