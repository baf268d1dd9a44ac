package import BrokerProtocol
package import LinuxSystem

/// The client's standard streams, as its command is to get them: a pipe or file as it is, by its descriptor; what is a terminal by way of
/// a terminal of the command's own.
package struct ClientStreams: Sendable {
    private let input: SharedDescriptor
    private let output: SharedDescriptor
    private let error: SharedDescriptor

    package init(input: SharedDescriptor, output: SharedDescriptor, error: SharedDescriptor) {
        self.input = input
        self.output = output
        self.error = error
    }

    /// This process's own.
    package static func own() throws(SystemError) -> ClientStreams {
        ClientStreams(
            input: try .standardStream(0), output: try .standardStream(1), error: try .standardStream(2))
    }

    /// Which go along as descriptors.
    package var passed: StandardStreams {
        var passed = StandardStreams(rawValue: 0)
        if !input.isTerminal { passed.insert(.input) }
        if !output.isTerminal { passed.insert(.output) }
        if !error.isTerminal { passed.insert(.error) }
        return passed
    }

    /// Those descriptors, in the order of the message.
    package var descriptors: [SharedDescriptor] { [input, output, error].filter { !$0.isTerminal } }

    /// Whether the command needs a terminal of its own.
    package var haveTerminal: Bool { passed != .all }

    /// Whether what is typed at the terminal is the command's. In a pipeline it may be another program's, as in `sudo dmesg | less` and
    /// `cat | sudo tee FILE`: whoever takes the keys takes them from the others.
    package var readTerminal: Bool {
        (input.isTerminal || output.isTerminal) && !input.isOfPipeline && !output.isOfPipeline
    }

    /// The terminal among them, where output is shown when the process has no controlling one.
    var terminal: SharedDescriptor? { [output, error, input].first(where: \.isTerminal) }

    package var terminalSize: TerminalSize? {
        terminal.flatMap(WindowSize.init(of:)).map { TerminalSize(rows: $0.rows, columns: $0.columns) }
    }
}

extension SharedDescriptor {
    /// Whether another program is, or may be, at its other end.
    fileprivate var isOfPipeline: Bool {
        let kind = try? metadata().kind  // what cannot be looked at is taken for one
        return kind == nil || kind == .fifo || kind == .socket
    }
}
