import BrokerProtocol
import JSON
import LinuxSystem
import SudoClient

/// A conversation of `bailey` with the broker, for one command.
struct BrokerClient {
    let exchange: BrokerExchange
    let person: Person

    /// - Parameter isSilent: nothing may be asked.
    init(in session: Session, isSilent: Bool = false) throws(BrokerClientError) {
        let signals: SignalDescriptor
        do throws(SystemError) { signals = try RelayedSignal.all() } catch { throw .system(error) }
        let connection = try BrokerConnection.open(
            session.environment.brokerSocket, program: "bailey \(BaileyTool.version)")
        let console = session.console
        person = Person(source: .terminal, signals: signals) { console.writeError($0) }
        person.isSilent = isSilent
        exchange = BrokerExchange(connection, person: person, signals: signals)
    }

    /// Asks one thing and reports how it went. `onAnswer` prints what is no refusal and not simply done; nil for what it does not expect.
    static func ask(
        _ question: ClientMessage, in session: Session, onAnswer: (BrokerAnswer) -> ExitCode? = { _ in nil }
    ) -> ExitCode {
        do throws(BrokerClientError) {
            let answer = try BrokerClient(in: session).exchange.ask(question)
            return onAnswer(answer) ?? session.report(answer)
        } catch {
            return session.report(error)
        }
    }
}

extension InvocationEnvironment {
    var brokerSocket: String { variable(BrokerSocket.variable).nonEmpty ?? BrokerSocket.path }
}

extension Session {
    /// Tells what was refused, or done, and what that ends with.
    func report(_ answer: BrokerAnswer) -> ExitCode {
        switch answer {
        case .done(let text):
            if options.wantsJSON { printJSON { $0.member("done", text) } } else { console.print(printable(text)) }
            return .done
        case .refused(let refusal):
            report(refusal)
            return ExitCode(refusal.code)
        default: return report(.outOfStep("something else than was asked"))
        }
    }

    func report(_ refusal: Refusal) {
        guard !options.wantsJSON else {
            printJSON {
                $0.member(
                    "refused",
                    object: {
                        $0.member("exit_code", refusal.code.rawValue)
                        $0.member("reason", refusal.text)
                        $0.member("rule", refusal.rule)
                        $0.member("remedy", refusal.remedy)
                    })
            }
            return
        }
        let rule = refusal.rule.map { " (rule '\($0)')" } ?? ""
        console.report(printable(refusal.text + rule + (refusal.remedy.map { "\n  \($0)" } ?? "")))
    }

    /// Tells why there was no answer. Nothing ran, or its end is not known.
    func report(_ error: BrokerClientError) -> ExitCode {
        if case .interrupted(let signal) = error { return ExitCode(signal: signal) }
        let code: RefusalCode
        switch error {
        case .tooLarge, .unfit: code = .usage
        default: code = .brokerUnreachable
        }
        report(Refusal(code: code, text: error.description, remedy: error.remedy))
        return ExitCode(code)
    }

    func printJSON(_ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            members(&writer)
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
