import BrokerProtocol
import JSON
import SudoClient

/// `bailey requests`: what waits for an approver.
struct RequestsCommand: Command {
    static let syntax = CommandSyntax(
        name: "requests", summary: "List the requests to run commands that wait for an approval.",
        details: ["Ends with 9 where there is no broker."])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        BrokerClient.ask(.listPending, in: session) { answer in
            guard case .requests(let listing) = answer else { return nil }
            if session.options.wantsJSON {
                session.printJSON { writer in
                    writer.member(
                        "requests",
                        array: { writer in
                            for summary in listing.summaries { writer.object { RequestText.write(summary, to: &$0) } }
                        })
                    writer.member("left_out", Int(listing.leftOut))
                }
            } else {
                for summary in listing.summaries { session.console.print(RequestText.line(summary)) }
                if listing.leftOut > 0 {
                    session.console.print("and \(listing.leftOut) more, of those who ask for most")
                }
                if listing.summaries.isEmpty { session.console.print("no request waits") }
            }
            return .done
        }
    }
}
