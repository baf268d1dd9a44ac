internal import BrokerProtocol
internal import LinuxSystem

/// `bailey-sudo`: sudo's command line, asked of the broker.
package struct SudoProgram {
    /// `sudo` or `sudoedit`, before every message.
    let name: String
    let invocation: SudoInvocation
    private let path: String
    private let environment: (String) -> String?

    /// Runs this process's command line to its end.
    package static func main() -> Never {
        CurrentProcess.prepareStandardStreams()
        let name: String
        let arguments: [String]
        do throws(SystemError) {
            let line = try CurrentProcess.commandLine()
            name = line.program.split(separator: "/").last == "sudoedit" ? "sudoedit" : "sudo"
            arguments = line.arguments
        } catch {
            say("sudo", error.description)
            CurrentProcess.end(status: 1)
        }
        // Without a broker, `bailey sudo` beside this program reads the policy, which may name the real sudo as the backend.
        let ending = run(name, arguments, environment: CurrentProcess.environment) { invocation, _ in
            handOver(name, arguments, invocation)
            return nil
        }
        switch ending {
        case .status(let status): CurrentProcess.end(status: status)
        case .signal(let signal): CurrentProcess.end(bySignal: signal)
        }
    }

    /// - Parameter withoutBroker: what to do where none can be reached; nil where that is to be reported.
    package static func run(
        _ name: String, _ arguments: [String], environment: @escaping (String) -> String?,
        withoutBroker: (SudoInvocation, BrokerClientError) -> ClientEnding?
    ) -> ClientEnding {
        let program: SudoProgram
        do throws(SudoUsageError) {
            program = SudoProgram(
                name: name, invocation: try SudoInvocation(program: name, arguments), environment: environment)
        } catch {
            if let message = error.message { say(name, message) }
            Person.writeToStandardError(SudoText.usage(name))
            return .status(1)
        }
        do throws(BrokerClientError) {
            return try program.run()
        } catch {
            if case .unreachable = error, let ending = withoutBroker(program.invocation, error) { return ending }
            if case .interrupted(let signal) = error { return .signal(signal) }
            say(name, error.description)
            if let remedy = error.remedy { say(name, remedy) }
            return .status(1)
        }
    }

    init(name: String, invocation: SudoInvocation, environment: @escaping (String) -> String?) {
        self.name = name
        self.invocation = invocation
        self.environment = environment
        path = environment(BrokerSocket.variable) ?? BrokerSocket.path
    }

    /// Returns where there is no such program.
    private static func handOver(_ name: String, _ arguments: [String], _ invocation: SudoInvocation) {
        guard let own = try? CurrentProcess.executablePath(), let slash = own.lastIndex(of: "/") else { return }
        let words = ["bailey", "sudo", "--"] + (name == "sudoedit" && invocation.mode == .edit ? ["-e"] : [])
        let variables = CurrentProcess.environmentVariables().map { "\($0.name)=\($0.value)" }
        // Where it is not there the caller goes on, and tells what it was to tell.
        _ = CurrentProcess.replace(
            with: "\(own[..<slash])/bailey", arguments: words + arguments, environment: variables)
    }

    private static func say(_ name: String, _ text: String) { Person.tellOnStandardError("\(name): \(text)") }
    func say(_ text: String) { Self.say(name, text) }

    private func run() throws(BrokerClientError) -> ClientEnding {
        switch invocation.mode {
        case .version:
            StandardStream.output.writeIgnoringFailure(SudoText.versionLines)
            return .status(0)
        case .help:
            StandardStream.output.writeIgnoringFailure(SudoText.help(name))
            return .status(0)
        default: break
        }
        if let refusal = try invocation.notOffered(hostName: CurrentProcess.hostName()) {
            say(refusal)
            return .status(1)
        }
        // Before there is anything that a second thread or descriptor could come of.
        let letGo =
            invocation.isBackground
            ? try own { () throws(SystemError) in
                try CurrentProcess.continueInBackground()
            } : nil
        let signals = try own { () throws(SystemError) in try RelayedSignal.all() }
        let person = try person(signals: signals)
        let connection = try BrokerConnection.open(path, program: "bailey-sudo \(SudoText.version)")
        let exchange = BrokerExchange(connection, person: person, signals: signals)
        exchange.onStart = letGo
        return try ask(exchange, person)
    }
}

// MARK: Asking
extension SudoProgram {
    private func person(signals: SignalDescriptor) throws(BrokerClientError) -> Person {
        let person = Person(source: try source(), signals: signals)
        person.ringsBell = invocation.ringsBell
        person.isSilent = invocation.options.contains(.nonInteractive)
        if let prompt = invocation.prompt ?? environment("SUDO_PROMPT") {
            let names = PromptText.Names(person: ownName, target: invocation.user ?? "root", host: hostName)
            person.passwordPrompt = PromptText(prompt).expanded(for: names)
        }
        return person
    }

    private func source() throws(BrokerClientError) -> Person.Source {
        if invocation.readsStandardInput { return .standardInput }
        let program = environment("SUDO_ASKPASS").flatMap { $0.hasPrefix("/") ? $0 : nil }
        if invocation.usesAskpass {
            guard let program else { throw .unfit(SudoText.noAskpass) }
            return .program(program)
        }
        // As sudo has it: without a terminal, a display is where a helper asks.
        guard let program, environment("DISPLAY")?.isEmpty == false else { return .terminal }
        let terminal = try own { () throws(SystemError) in try Terminal.controlling() }
        return terminal == nil ? .program(program) : .terminal
    }

    private func ask(_ exchange: BrokerExchange, _ person: Person) throws(BrokerClientError) -> ClientEnding {
        switch invocation.mode {
        case .run, .edit: return try run(exchange, person)
        case .list: return report(try exchange.ask(.listRights(invocation.rightsQuery)), person)
        case .validate: return report(try exchange.ask(.validate(invocation.requestOptions(environment))), person)
        case .forgetProof, .forgetAllProofs: return report(try exchange.ask(.forgetProof), person)
        case .version, .help: return .status(0)
        }
    }

    private func run(_ exchange: BrokerExchange, _ person: Person) throws(BrokerClientError) -> ClientEnding {
        let directory = try own { () throws(SystemError) in try CurrentProcess.workingDirectory() }
        var request = try invocation.request(
            workingDirectory: directory, variables: CurrentProcess.environmentVariables(), environment: environment)
        // Scripts that say -n count on an answer at once, and there is nobody at their end to look for who could approve.
        if request.options.contains(.nonInteractive) { request.options.insert(.waitsForNobody) }
        var question = RunQuestion(request, streams: try own { () throws(SystemError) in try ClientStreams.own() })
        question.isBackground = invocation.isBackground
        if invocation.mode == .edit {
            exchange.editor = DocumentEditor(
                command: try DocumentEditor.command(environment: environment),
                parent: DocumentEditor.parent(environment: environment), tell: { say($0) })
        }
        do throws(BrokerClientError) {
            let answer = try question.ask(on: exchange)
            if case .done = answer { exchange.editor?.conclude(isWritten: true) }
            exchange.editor?.conclude(isWritten: false)
            return report(answer, person)
        } catch {
            exchange.editor?.conclude(isWritten: false)
            throw error
        }
    }

    private func report(_ answer: BrokerAnswer, _ person: Person) -> ClientEnding {
        switch answer {
        case .finished(let outcome):
            if outcome == .timedOut { say("the command was ended: its time was up") }
            // SIGTERM, which sudo ends such a command with.
            return outcome.ending(timedOut: .signal(RelayedSignal.terminate.number))
        case .done: return .status(0)
        case .rights(let report):
            for line in report.lines { StandardStream.output.printSafely(line) }
            return .status(report.isAllowed ? 0 : 1)
        case .refused(let refusal):
            for line in lines(of: refusal, person) { say(line) }
            return .status(1)
        case .decision, .request, .requests:
            say("the broker answered something else than was asked")
            return .status(1)
        }
    }

    /// What sudo would have said, for those who look for it, then why.
    private func lines(of refusal: Refusal, _ person: Person) -> [String] {
        // What is no command is none whatever rule allowed it, and its line is one that programs compare whole.
        let rule = refusal.code == .commandUnfit ? nil : refusal.rule
        let lines = knownLines(of: refusal, person)
        var reason = [refusal.text + (rule.map { " (rule '\($0)')" } ?? "")]
        if person.proofsGiven > 0, refusal.text.contains("incorrect attempt") { reason = [] }
        return lines + (reason + [refusal.remedy].compactMap(\.self)).filter { !lines.contains($0) }
    }

    private func knownLines(of refusal: Refusal, _ person: Person) -> [String] {
        switch refusal.code {
        case .proofFailed:
            if person.isSilent { return [SudoText.passwordRequired] }
            if person.hadNoTerminal { return [SudoText.terminalRequired, SudoText.passwordRequired] }
            if person.gaveUp { return [SudoText.noPassword, SudoText.passwordRequired] }
            if person.proofsGiven > 0 { return [SudoText.wrongPasswords(person.proofsGiven)] }
            guard !hasTerminal else { return [] }
            // Who named another source for answers knows of these.
            return (person.source == .terminal ? [SudoText.terminalRequired] : []) + [SudoText.passwordRequired]
        case .deniedByPolicy where invocation.mode == .run:
            var target = invocation.user ?? (invocation.group == nil ? "root" : ownName)
            if let group = invocation.group { target += ":\(group)" }
            return [SudoText.denied(ownName, invocation.arguments, target: target, host: hostName)]
        case .deniedByPolicy where invocation.mode == .validate: return [SudoText.mayNothing(ownName, host: hostName)]
        default: return []
        }
    }

    /// One that cannot be looked for is none to ask at.
    private var hasTerminal: Bool { (try? Terminal.controlling()) ?? nil != nil }

    private var hostName: String { CurrentProcess.hostName() ?? "localhost" }
    /// By the host's own file alone: this program holds its C library, which cannot load the modules that ask other services (nss(5)), and
    /// falls when it tries.
    private var ownName: String {
        let id = CurrentProcess.userID
        let file = (try? FileTree().contents(of: "/etc/passwd")) ?? []
        for line in file.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            if fields.count > 2, fields[2].elementsEqual(String(id).utf8) {
                return String(decoding: fields[0], as: UTF8.self)
            }
        }
        return "#\(id)"
    }
}
