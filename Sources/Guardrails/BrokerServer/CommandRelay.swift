internal import BrokerProtocol
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker
private import SessionRecordings

/// Stands between a running command and its client: carries what is typed and printed through the command's terminal, signals and window
/// sizes, and holds the command to its time and its output. Nothing in it waits for one side alone.
final class CommandRelay {
    /// How it went on.
    enum Event {
        case ended(CommandOutcome, leftBehind: Int)
        /// The client has gone, or the broker is to stop; the command still runs.
        case clientGone
    }

    private static let chunk = 16 << 10
    /// What may wait on the way to the client, and to the command.
    private static let backlog = 256 << 10
    /// Of the client's, before anything else gets its turn.
    private static let messagesAtOnce = 64
    /// For the client to take what is left when the command has ended.
    private static let lastPatience: Duration = .seconds(10)

    private let command: RunningCommand
    private let terminal: PseudoTerminal?
    private var input: InputPipe?
    private var pipes: [OutputPipe]
    private let connection: ClientConnection
    private let mailbox: Mailbox
    private let grace: Duration
    private let deadline: ContinuousClock.Instant?
    private let outputLimit: Int?
    private var recording: CommandRecording?

    private var toClient: [UInt8] = []
    private var toCommand: [UInt8] = []
    private var isTerminalOpen: Bool
    /// That the command was stopped, for a client that has much to read before; nil once it was told or the command goes on.
    private var untoldStop: UInt8?
    private var isTimedOut = false
    private var isOverLimit = false
    /// What happens cannot be recorded any more, so nothing is carried.
    private var isCutOff = false
    private var isClientGone = false
    /// The client has closed its end, whether or not anything is read from it now.
    private var isClosedByClient = false
    private var end: (outcome: CommandOutcome, leftBehind: Int, at: ContinuousClock.Instant)?
    /// Bytes that the command printed by way of the broker; nil where it printed into the client's own files.
    private(set) var outputBytes: Int?

    init(
        _ command: RunningCommand, _ streams: CommandStreams, terms: ExecutionTerms, timeout: Duration?,
        connection: ClientConnection,
        mailbox: Mailbox, grace: Duration, recording: CommandRecording?
    ) {
        self.recording = recording
        self.command = command
        terminal = streams.terminal
        (input, pipes) = (streams.input, streams.pipes)
        self.connection = connection
        self.mailbox = mailbox
        self.grace = grace
        let times = [terms.limits.timeout, timeout].compactMap(\.self)
        deadline = times.min().map { .now + $0 }
        outputLimit = terms.limits.output.map { Int(clamping: $0.bytes) }
        isTerminalOpen = terminal != nil
        outputBytes = terminal != nil || !pipes.isEmpty ? 0 : nil
    }

    /// Carries on until the command has ended, or its client has gone.
    func run() -> Event {
        while true {
            if let end, isDrained || patience(since: end.at) { return ended(end.outcome, end.leftBehind) }
            if isLost() { return .clientGone }
            step()
        }
    }

    /// Ends the command, whose client has gone, and waits for its end.
    func hangUp() -> Event {
        isClientGone = true
        toClient = []
        // What cannot be asked for has ended: the next change says so.
        try? command.hangUp(grace: grace)
        while end == nil { step() }
        return ended(end?.outcome ?? .exited(code: 255), end?.leftBehind ?? 0)
    }

    private func ended(_ outcome: CommandOutcome, _ leftBehind: Int) -> Event {
        record { recording throws(RecordingError) in try recording.finish() }
        return .ended(outcome, leftBehind: leftBehind)
    }

    /// Whether all that was printed has reached the client, which has had its time for that. What others still hold open is not waited
    /// for.
    private var isDrained: Bool { !isTerminalOpen && pipes.isEmpty && toClient.isEmpty }

    private func patience(since end: ContinuousClock.Instant) -> Bool { end + Self.lastPatience <= .now }

    private var isNothingUnderWay: Bool { toClient.isEmpty && pipes.allSatisfy(\.isIdle) }

    private func isLost() -> Bool {
        guard !isClientGone else { return false }
        if mailbox.take().contains(.clientGone) { return true }
        // Once the command has ended nobody has to be hung up.
        if isClosedByClient {
            if end != nil { (isClientGone, toClient) = (true, []) }
            return end == nil
        }
        do throws(ClientConnection.Loss) {
            // One by one: a message may be as long as a frame.
            var room = Self.messagesAtOnce
            while end == nil, room > 0, toCommand.count < Self.backlog,
                let message = try connection.available(limit: 1).first
            {
                handle(message)
                room -= 1
            }
            if !toClient.isEmpty { toClient.removeFirst(try connection.sendAvailable(toClient[...])) }
            tellStop()
            return false
        } catch {
            if end != nil { (isClientGone, toClient) = (true, []) }
            return end == nil
        }
    }

    /// What of the command's is waited for. That its other side has gone is told of a file whether or not anything is wanted of it (POLLHUP,
    /// poll(2)), so one of which nothing is wanted is left out: else no wait would be one.
    private var commandEntries: [PollEntry] {
        var entries: [PollEntry] = []
        if end == nil { entries.append(PollEntry(command.pollNumber)) }
        let reads = toClient.count < Self.backlog
        if let terminal, isTerminalOpen, reads || !toCommand.isEmpty {
            entries.append(PollEntry(terminal.master.pollNumber, reading: reads, writing: !toCommand.isEmpty))
        }
        entries += pipes.map(\.pollEntry)
        if end == nil, !isCutOff, let input { entries.append(input.pollEntry) }
        return entries
    }

    /// One wait, and everything that can be done after it.
    private func step() {
        var entries = commandEntries
        let place = entries.count
        if !isClientGone {
            entries.append(
                PollEntry(
                    connection.pollNumber, reading: end == nil && toCommand.count < Self.backlog,
                    writing: !toClient.isEmpty))
            entries.append(PollEntry(mailbox.pollNumber))
        }
        // After the end only what is there already is read.
        let bound = end.map { isNothingUnderWay ? .now : $0.at + Self.lastPatience } ?? (isTimedOut ? nil : deadline)
        _ = try? poll(&entries, until: bound)
        if !isClientGone, entries[place].isClosed { isClosedByClient = true }
        if end == nil, let deadline, !isTimedOut, deadline <= .now { timeOut() }
        noteChanges()
        readTerminal()
        writeTerminal()
        carryInput()
        for index in pipes.indices where !isCutOff {
            let name = pipes[index].name
            pipes[index].carry { admit(printed: $0, from: name) }
        }
        pipes.removeAll { isCutOff || $0.isClosed || end != nil && $0.isIdle }
    }

    private func timeOut() {
        isTimedOut = true
        try? command.end(grace: grace)  // what has ended needs no ending
    }

    /// A command that has ended reads no more.
    private func carryInput() {
        guard end == nil, !isCutOff, let bytes = input?.read() else { return }
        if !bytes.isEmpty { record { recording throws(RecordingError) in try recording.piped(bytes) } }
        guard !isCutOff else { return }
        input?.write()
        if input?.isClosed == true { input = nil }
    }

    /// What of it goes on to the client: up to the rule's limit, to the byte, and nothing that cannot be recorded.
    private func admit(printed bytes: [UInt8], from source: SessionRecorder.Source) -> [UInt8] {
        var bytes = bytes
        if let outputLimit, let outputBytes, bytes.count > outputLimit - outputBytes {
            bytes.removeLast(bytes.count - (outputLimit - outputBytes))
            endForOutput(outputLimit)
        }
        guard !bytes.isEmpty else { return [] }
        outputBytes? += bytes.count
        record { recording throws(RecordingError) in try recording.output(bytes, from: source) }
        return isCutOff ? [] : bytes
    }

    /// What is to be recorded and cannot be does not go on: nothing more reaches the command, nor comes from it, and it is not asked to
    /// end, which an interactive shell would not do. Its input stays open until it has ended: one whose end it saw it could take for all
    /// there is, and succeed.
    private func record(_ body: (CommandRecording) throws(RecordingError) -> Void) {
        guard let current = recording else { return }
        do throws(RecordingError) {
            try body(current)
        } catch {
            recording = nil
            isCutOff = true
            queue(.notice("the command was ended, for it cannot be recorded any more: \(error)"))
            isTerminalOpen = false
            toCommand.wipe(0..<toCommand.count)
            toCommand = []
            try? command.end(grace: .zero)  // what has ended needs no ending
        }
    }

    private func endForOutput(_ limit: Int) {
        guard !isOverLimit else { return }
        isOverLimit = true
        queue(.notice("the command printed more than the rule's limit of \(limit) bytes, and was ended"))
        try? command.end(grace: grace)  // what has ended needs no ending
    }

    private func tellStop() {
        guard toClient.count < Self.backlog, let signal = untoldStop.take() else { return }
        queue(.stopped(signal: signal))
    }

    private func noteChanges() {
        while end == nil, let change = try? command.nextChange() {
            switch change {
            case .continued: untoldStop = nil
            case .stopped(let signal):
                // However often it is stopped and goes on, no more waits for a client that reads nothing.
                untoldStop = UInt8(clamping: signal)
                tellStop()
            case .ended(let ending, let leftBehind):
                end = (isTimedOut ? .timedOut : CommandOutcome(ending), leftBehind, .now)
            }
        }
    }
}

// MARK: The terminal
extension CommandRelay {
    private func readTerminal() {
        guard let terminal, isTerminalOpen, toClient.count < Self.backlog else { return }
        do throws(SystemError) {
            guard let bytes = try terminal.master.readAvailable(limit: Self.chunk) else {
                if end != nil { isTerminalOpen = false }
                return
            }
            guard !bytes.isEmpty else {
                isTerminalOpen = false
                return
            }
            let admitted = admit(printed: bytes, from: .terminal)
            if !admitted.isEmpty { queue(.output(admitted)) }
        } catch {
            // The last process that had it open has closed it (EIO).
            isTerminalOpen = false
        }
    }

    private func writeTerminal() {
        guard let terminal, isTerminalOpen, !toCommand.isEmpty else { return }
        let written = (try? terminal.master.writeAvailable(toCommand[...])) ?? toCommand.count
        toCommand.wipe(0..<written)
        toCommand.removeFirst(written)
    }

    private func queue(_ message: ServerMessage) {
        guard !isClientGone, let bytes = try? message.encoded() else { return }
        toClient += bytes
    }

    private func handle(_ message: ClientMessage) {
        switch message {
        case .input(let bytes):
            let echoes = terminal?.isEchoing ?? false
            record { recording throws(RecordingError) in try recording.input(bytes, echoing: echoes) }
            // Without a terminal the command reads the client's own file.
            if isTerminalOpen { toCommand += bytes }
        // What the end key types (VEOF, termios(3)).
        case .inputEnd: if isTerminalOpen { toCommand.append(4) }
        case .windowSize(let size):
            record { recording throws(RecordingError) in try recording.resized(size) }
            terminal?.windowSize = WindowSize(rows: size.rows, columns: size.columns)
        case .signal(.resume): try? command.resume()
        case .signal(.stop): try? command.send(signal: RelayedSignal.stop.number)
        case .signal(let signal): try? command.send(signal: signal.number)
        default: break
        }
    }
}

extension RelayedSignal {
    fileprivate var number: Int32 { Int32(rawValue) }
}

extension CommandOutcome {
    init(_ ending: CommandEnding) {
        switch ending {
        case .exited(let code): self = .exited(code: UInt8(truncatingIfNeeded: code))
        case .signalled(let number, let dumpedCore):
            self = .signalled(number: UInt8(clamping: number), dumpedCore: dumpedCore)
        // Its monitor was killed, and it with it.
        case .unseen: self = .signalled(number: 9, dumpedCore: false)
        }
    }
}
