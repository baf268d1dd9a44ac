internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker
internal import SessionRecordings

/// What a command reads from and prints to: the client's own files, a terminal of the command's own, or pipes where what it prints is
/// counted, or what goes through is recorded.
struct CommandStreams {
    let streams: Execution.Streams
    let terminal: PseudoTerminal?
    private(set) var input: InputPipe?
    private(set) var pipes: [OutputPipe] = []

    /// - Parameter files: what the client sent, for each stream that it said it would send.
    init(
        _ run: RunRequest, files: [SharedDescriptor], from requester: Requester, identity: Execution.Identity,
        terms: ExecutionTerms
    ) throws {
        var rest = files[...]
        var input = run.descriptors.contains(.input) ? rest.popFirst() : nil
        var outputs = [StandardStreams.output, .error].map { run.descriptors.contains($0) ? rest.popFirst() : nil }
        // A terminal of the client's in the hands of a command could be typed into (TIOCSTI); by way of ours it cannot.
        guard !files.contains(where: \.isTerminal) else {
            throw SystemError("pass on", "a terminal", code: .notPermitted)
        }
        // What is not recorded is the command's own to read: nobody else takes of it what the command leaves.
        if terms.isRecorded, let file = input {
            let pipe = try SharedDescriptor.inputPipe()
            self.input = try UnfitStream.naming(.standardInput) { () throws(SystemError) in
                try InputPipe(from: file, to: pipe.writing)
            }
            input = pipe.reading
        }
        if terms.limits.output != nil || terms.isRecorded {
            for (index, name) in [SessionRecorder.Source.standardOutput, .standardError].enumerated() {
                guard let file = outputs[index] else { continue }
                let pipe = try SharedDescriptor.pipe()
                let output = try UnfitStream.naming(name) { () throws(SystemError) in
                    try OutputPipe(name, from: pipe.reading, to: file, for: requester)
                }
                pipes.append(output)
                outputs[index] = pipe.writing
            }
        }
        guard run.options.contains(.terminal) else {
            terminal = nil
            let null = try SharedDescriptor.null()
            streams = .files(input: input ?? null, output: outputs[0] ?? null, error: outputs[1] ?? null)
            return
        }
        let (terminal, slave) = try PseudoTerminal.open()
        self.terminal = terminal
        if let size = run.terminal { terminal.windowSize = WindowSize(rows: size.rows, columns: size.columns) }
        try PseudoTerminal.give(slave, to: identity.user, group: identity.group)
        streams = .terminal(slave, input: input, output: outputs[0], error: outputs[1])
    }
}

/// A client's file that the broker, which is root, neither reads nor writes in the client's name.
struct UnfitStream: Error, CustomStringConvertible {
    let stream: SessionRecorder.Source
    let reason: SystemError

    static func naming<Result>(
        _ stream: SessionRecorder.Source, _ body: () throws(SystemError) -> Result
    ) throws(UnfitStream) -> Result {
        do throws(SystemError) { return try body() } catch { throw UnfitStream(stream: stream, reason: error) }
    }

    var description: String {
        switch stream {
        case .standardInput: "standard input: \(reason); read it through a pipe (`cat FILE | ...`)"
        case .standardError: "standard error: \(reason); write it through a pipe (`2> >(cat > FILE)`)"
        default: "standard output: \(reason); write it through a pipe (`... | cat > FILE`)"
        }
    }
}

/// What a command prints, on its way to the client's file.
struct OutputPipe {
    /// So much is taken by whatever a pipe leads to that says it takes something (PIPE_BUF, pipe(7)).
    private static let chunk = 4096

    /// Which of the streams it is.
    let name: SessionRecorder.Source
    private let source: SharedDescriptor
    private let destination: NonblockingOutput
    private var waiting: [UInt8] = []
    private var isEnded = false

    init(
        _ name: SessionRecorder.Source, from source: SharedDescriptor, to destination: SharedDescriptor,
        for requester: Requester
    ) throws(SystemError) {
        self.name = name
        self.source = source
        let sender = NonblockingOutput.Sender(
            process: requester.process.rawValue, user: requester.user.rawValue, group: requester.group.rawValue)
        self.destination = try NonblockingOutput(destination, for: sender)
    }

    var pollEntry: PollEntry {
        waiting.isEmpty
            ? PollEntry(source.pollNumber) : PollEntry(destination.pollNumber, reading: false, writing: true)
    }

    var isClosed: Bool { isEnded && waiting.isEmpty }
    /// Nothing is on its way.
    var isIdle: Bool { waiting.isEmpty }

    /// Carries on what there is. Afterwards a pipe that is idle has nothing in it: what a command printed last may be more than one piece.
    ///
    /// - Parameter admit: told what was read, returns what of it goes on.
    mutating func carry(_ admit: ([UInt8]) -> [UInt8]) {
        write()
        // The source never waits. An error is its end.
        guard waiting.isEmpty, !isEnded, let bytes = try? source.readAvailable(limit: Self.chunk) else { return }
        isEnded = bytes.isEmpty
        waiting = admit(bytes)
    }

    private mutating func write() {
        var entry = [PollEntry(destination.pollNumber, reading: false, writing: true)]
        guard !waiting.isEmpty, (try? poll(&entry, until: .now)) == true else { return }
        do throws(SystemError) {
            waiting.removeFirst(try destination.writeAvailable(waiting.prefix(Self.chunk)))
        } catch {
            // Who reads no more gets no more: with this end of its pipe closed the command is told so (SIGPIPE).
            (waiting, isEnded) = ([], true)
        }
    }
}

/// What a command reads, on its way from the client's file.
struct InputPipe {
    private static let chunk = 16 << 10

    private let source: NonblockingInput
    private let destination: SharedDescriptor
    private var waiting: [UInt8] = []
    private var isEnded = false

    init(from source: SharedDescriptor, to destination: SharedDescriptor) throws(SystemError) {
        self.source = try NonblockingInput(source)
        self.destination = destination
    }

    var pollEntry: PollEntry {
        waiting.isEmpty
            ? PollEntry(source.pollNumber) : PollEntry(destination.pollNumber, reading: false, writing: true)
    }

    /// There is nothing more to come, or nobody who reads it: with this end of its pipe closed the command reads the end.
    var isClosed: Bool { isEnded && waiting.isEmpty }

    /// Reads on once all that was read is written, and returns what was read: to be recorded before it is written.
    mutating func read() -> [UInt8] {
        guard waiting.isEmpty, !isEnded else { return [] }
        do throws(SystemError) {
            guard let bytes = try source.readAvailable(limit: Self.chunk) else { return [] }
            (waiting, isEnded) = (bytes, bytes.isEmpty)
        } catch {
            isEnded = true
        }
        return waiting
    }

    /// Hands the command what it takes now.
    mutating func write() {
        guard !waiting.isEmpty else { return }
        do throws(SystemError) {
            waiting.removeFirst(try destination.writeAvailable(waiting[...]))
        } catch {
            (waiting, isEnded) = ([], true)
        }
    }
}
