package import BrokerProtocol
package import LinuxSystem

/// Carries a conversation out: asks the person, shows what comes, relays what is typed and the signals that come, until there is an
/// answer. One thread, one loop.
package final class BrokerExchange {
    private let connection: BrokerConnection
    private let person: Person
    private let signals: SignalDescriptor
    private var terminal: ClientTerminal?
    /// What edits documents; nil where none are asked for.
    package var editor: DocumentEditor?
    /// Told once, when the command has started.
    package var onStart: (() -> Void)?
    /// How long the broker may say nothing where nobody else has to act: to everything but a command, which waits for approvers and runs
    /// as long as it takes.
    package var silenceLimit: Duration = .seconds(60)
    private var mayBeSilent = false
    private var hasStarted = false

    /// From so much on that the broker has not read, nothing more is read from the terminal.
    private static let unsentLimit = 64 << 10

    package init(_ connection: BrokerConnection, person: Person, signals: SignalDescriptor) {
        self.connection = connection
        self.person = person
        self.signals = signals
    }

    /// Asks, and does what is wanted until the answer comes.
    ///
    /// - Parameter terminal: where the command's terminal is shown; nil where it gets none.
    package func ask(
        _ question: ClientMessage, descriptors: [SharedDescriptor] = [], terminal: ClientTerminal? = nil
    ) throws(BrokerClientError) -> BrokerAnswer {
        self.terminal = terminal
        defer { terminal?.finish() }
        hasStarted = false
        if case .run = question { mayBeSilent = true } else { mayBeSilent = false }
        var conversation = ClientConversation(asking: question)
        try connection.send(question, descriptors: descriptors)
        while true {
            while terminal?.isCongested != true, let message = try connection.available() {
                if let answer = try perform(try conversation.handle(message)) { return answer }
            }
            try waitForMore()
        }
    }

    private func perform(_ action: ClientConversation.Action) throws(BrokerClientError) -> BrokerAnswer? {
        switch action {
        case .ask(let prompt): try connection.send(.answer(try person.answer(prompt)))
        case .tell(let text): person.tell(text, isRaw: terminal?.isRaw ?? false)
        case .announce(let notice): person.announce(notice)
        case .relay:
            hasStarted = true
            onStart?()
            try terminal?.enter()
            if terminal?.isBackground == true { try connection.enqueue(.inputEnd) }
        case .show(let bytes): terminal?.show(bytes)
        case .stop(let signal): try stop(signal)
        case .edit(let paths): try edit(paths)
        case .conclude(let answer): return answer
        }
        return nil
    }

    private func edit(_ paths: [String]) throws(BrokerClientError) {
        let documents = try connection.takeDescriptors(paths.count)
        guard let editor else { throw .outOfStep("documents that nobody asked for") }
        let changed = try editor.edit(zip(paths, documents).map { (path: $0, content: $1) })
        while let signal = try nextSignal() {
            // The editor got it too, and made its own of it; what ends us ends the change.
            if signal == .terminate || signal == .hangup { throw .interrupted(signal: signal.number) }
        }
        try connection.send(.edited(changed.map(\.place)), descriptors: changed.map(\.content))
    }

    /// Stops as the command did, and lets it go on once we do.
    private func stop(_ signal: UInt8) throws(BrokerClientError) {
        terminal?.finish()
        try own { () throws(SystemError) in try CurrentProcess.stopGroup(signal: Int32(signal)) }
        try resume()
    }

    private func resume() throws(BrokerClientError) {
        try terminal?.enter()
        try sendSize()
        try connection.enqueue(.signal(.resume))
    }

    private func sendSize() throws(BrokerClientError) {
        if let size = terminal?.size { try connection.enqueue(.windowSize(size)) }
    }
}

// MARK: Waiting
extension BrokerExchange {
    private func waitForMore() throws(BrokerClientError) {
        let isListening = terminal?.isCongested != true
        var entries = [PollEntry(signals.pollNumber)]
        let broker = entries.count
        if isListening || connection.hasUnsent {
            entries.append(PollEntry(connection.pollNumber, reading: isListening, writing: connection.hasUnsent))
        }
        let screen = entries.count
        let wantsInput = terminal?.wantsInput == true && connection.unsentCount < Self.unsentLimit
        if let number = terminal?.pollNumber, wantsInput || terminal?.hasUnwritten == true {
            entries.append(PollEntry(number, reading: wantsInput, writing: terminal?.hasUnwritten == true))
        }
        let deadline = mayBeSilent ? nil : ContinuousClock.now + silenceLimit
        guard try own({ () throws(SystemError) in try poll(&entries, until: deadline) }) else {
            throw .system(SystemError("wait for", "the broker", code: .timedOut))
        }
        if entries[0].isReadable { try relaySignal() }
        if broker < screen, entries[broker].isWritable { try connection.flush() }
        guard screen < entries.count else { return }
        if entries[screen].isWritable { terminal?.flush() }
        if entries[screen].isReadable { try relayInput() }
    }

    private func relayInput() throws(BrokerClientError) {
        guard let bytes = terminal?.typed() else { return try connection.enqueue(.inputEnd) }
        if !bytes.isEmpty { try connection.enqueue(.input(bytes)) }
    }

    private func nextSignal() throws(BrokerClientError) -> RelayedSignal? {
        while let number = try own({ () throws(SystemError) in try signals.next() }) {
            if let signal = RelayedSignal(number: number) { return signal }
            if number == RelayedSignal.windowChange, hasStarted { try sendSize() }
        }
        return nil
    }

    private func relaySignal() throws(BrokerClientError) {
        guard let signal = try nextSignal() else { return }
        switch signal {
        case .resume where hasStarted: try resume()
        case .resume: break
        case _ where hasStarted: try connection.enqueue(.signal(signal))
        case .stop: try own { () throws(SystemError) in try CurrentProcess.stopGroup(signal: signal.number) }
        // Nothing runs yet, and the broker forgets a request whose client has gone.
        default: throw .interrupted(signal: signal.number)
        }
    }
}
