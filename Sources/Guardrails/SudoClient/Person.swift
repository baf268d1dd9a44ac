package import BrokerProtocol
package import LinuxSystem
private import TerminalText

/// The person at this end: asked at the terminal, told on standard error.
package final class Person {
    /// Where answers come from.
    package enum Source: Sendable, Hashable {
        /// The controlling terminal, echo off.
        case terminal
        /// Standard input, a line an answer (`-S`).
        case standardInput
        /// What a program prints that is started with the question (`-A`).
        case program(String)
    }

    package let source: Source
    /// What a password is asked for with, in place of the broker's words.
    package var passwordPrompt: String?
    package var ringsBell = false
    /// Whether nothing may be asked (`-n`).
    package var isSilent = false
    /// How many proofs were given in answer to prompts.
    package private(set) var proofsGiven = 0
    /// A question was left unanswered, for there is nobody to answer it.
    package private(set) var hadNoTerminal = false
    /// There was somebody to ask, and no answer came.
    package private(set) var gaveUp = false

    private let signals: SignalDescriptor
    private let write: (String) -> Void

    /// How long an answer may take: as long as a request waits for one.
    private static let patience: Duration = .seconds(300)

    /// - Parameter write: takes what is told; standard error where nil.
    package init(source: Source, signals: SignalDescriptor, write: ((String) -> Void)? = nil) {
        self.source = source
        self.signals = signals
        self.write = write ?? Self.writeToStandardError
    }

    package static func writeToStandardError(_ text: String) {
        StandardStream.error.writeIgnoringFailure(text)
    }

    /// A line, or several, harmless for the terminal.
    package static func tellOnStandardError(_ text: String) { writeToStandardError(terminalSafeLines(text) + "\n") }

    /// Shows lines of the broker's, harmless for the terminal. `isRaw`: the terminal takes a line break for no more than that.
    package func tell(_ text: String, isRaw: Bool = false) {
        let end = isRaw ? "\r\n" : "\n"
        let lines = terminalSafeLines(text).split(separator: "\n", omittingEmptySubsequences: false)
        write(lines.joined(separator: end) + end)
    }

    /// The answer to a question; nil when the person gave up, or there is nobody to ask.
    package func answer(_ prompt: Prompt) throws(BrokerClientError) -> SecretBytes? {
        if isSilent { return nil }
        let isProof = prompt.kind == .password || prompt.kind == .token || prompt.kind == .oneTimeCode
        if isProof, prompt.attempt > 1 { tell("Sorry, try again.") }
        let secret = try read(text(of: prompt), echoes: prompt.echoes || prompt.kind == .reason)
        if isProof, secret != nil { proofsGiven += 1 }
        if secret == nil, !hadNoTerminal { gaveUp = true }
        return secret
    }

    /// The person's own words stand as they are; the broker's are made harmless, with a blank before the answer.
    private func text(of prompt: Prompt) -> String {
        let bell = ringsBell ? "\u{7}" : ""
        if prompt.kind == .password, let passwordPrompt { return bell + passwordPrompt }
        let text = terminalSafeLines(prompt.text)
        return bell + text + (text.hasSuffix(" ") || text.hasSuffix("\n") ? "" : " ")
    }

    /// Asks something of the client's own, always at the terminal; nil without one.
    package func line(_ question: String) throws(BrokerClientError) -> String? {
        try readTerminal(terminalSafeLines(question), echoes: true).map { secret in
            secret.withBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    private func read(_ text: String, echoes: Bool) throws(BrokerClientError) -> SecretBytes? {
        switch source {
        case .terminal: return try readTerminal(text, echoes: echoes)
        case .standardInput:
            write(text)
            let line = try readStandardInput()
            // Nothing ended the line of the question.
            if line == nil { write("\n") }
            return line
        case .program(let path): return try readProgram(path, text)
        }
    }
}

// MARK: Reading
extension Person {
    private func readTerminal(_ text: String, echoes: Bool) throws(BrokerClientError) -> SecretBytes? {
        guard let terminal = try own({ () throws(SystemError) in try Terminal.controlling() }) else {
            hadNoTerminal = true
            return nil
        }
        let deadline = ContinuousClock.now + Self.patience
        while true {
            guard try isInForeground(terminal) else { return nil }
            do throws(Terminal.NoSecret) {
                let line = try terminal.readSecret(
                    prompt: text, echoes: echoes, interruptedBy: signals, until: deadline)
                return line
            } catch {
                switch error {
                case .interrupted: throw .interrupted(signal: RelayedSignal.interrupt.number)
                case .suspended: try stop(RelayedSignal.stop.number)
                case .signalled(let signal): try handle(signal)
                case .ended, .timedOut, .tooLong: return nil
                case .failed(let error): throw .system(error)
                }
            }
        }
    }

    /// Waits as a program in the background does that wants the terminal (SIGTTOU); false when nothing stopped it, and it still is.
    private func isInForeground(_ terminal: Terminal) throws(BrokerClientError) -> Bool {
        if terminal.isOurs { return true }
        try stop(22)
        hadNoTerminal = !terminal.isOurs
        return !hadNoTerminal
    }

    private func stop(_ signal: Int32) throws(BrokerClientError) {
        try own { () throws(SystemError) in try CurrentProcess.stopGroup(signal: signal) }
    }

    private func handle(_ signal: Int32) throws(BrokerClientError) {
        switch RelayedSignal(number: signal) {
        case .stop: try stop(signal)
        case .resume, nil: break
        default: throw .interrupted(signal: signal)
        }
    }

    /// Up to the end of the line, a byte at a time: what follows is the command's.
    private func readStandardInput() throws(BrokerClientError) -> SecretBytes? {
        var line = SecretBytes.Line(limit: ProtocolLimits.secret)
        var ending: Int32?
        do throws(SystemError) {
            let input = try SharedDescriptor.standardStream(0)
            while ending == nil {
                var entries = [PollEntry(input.pollNumber), PollEntry(signals.pollNumber)]
                guard try poll(&entries, until: .now + Self.patience) else { return nil }
                if entries[1].isReadable, let signal = try signals.next(), RelayedSignal(number: signal) != .resume {
                    ending = RelayedSignal(number: signal)?.number
                }
                guard entries[0].isReadable, let bytes = try input.readAvailable(limit: 1) else { continue }
                guard let byte = bytes.first else { break }
                if byte == 0x0a { return line.finished() }
                guard line.append(byte) else { return nil }
            }
        } catch {
            throw .system(error)
        }
        if let ending { throw .interrupted(signal: ending) }
        return line.count == 0 ? nil : line.finished()
    }

    private func readProgram(_ path: String, _ text: String) throws(BrokerClientError) -> SecretBytes? {
        let environment = CurrentProcess.environmentVariables().map { "\($0.name)=\($0.value)" }
        return try own { () throws(SystemError) in
            try ForegroundProgram.secret(
                from: path, arguments: [text], environment: environment, limit: ProtocolLimits.secret)
        }
    }
}

extension StandardStream {
    /// A reader that went away is no failure of what was to be said.
    package func writeIgnoringFailure(_ text: String) {
        try? write(Array(text.utf8))  // there is nobody left to tell
    }

    /// A line from outside, harmless for a terminal.
    package func printSafely(_ line: String) { writeIgnoringFailure(terminalSafe(line) + "\n") }
}

extension RelayedSignal {
    package var number: Int32 { Int32(rawValue) }

    /// Nil for what a client does not pass on.
    package init?(number: Int32) {
        guard let value = UInt8(exactly: number) else { return nil }
        self.init(rawValue: value)
    }

    /// SIGWINCH (signal(7)).
    package static let windowChange: Int32 = 28

    /// What a client reads in place of being hit by it.
    package static func all() throws(SystemError) -> SignalDescriptor {
        try SignalDescriptor(allCases.map(\.number) + [windowChange])
    }
}
