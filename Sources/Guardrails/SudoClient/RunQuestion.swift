package import BrokerProtocol
internal import LinuxSystem

/// A request to run a command, made of what was asked for and of what surrounds the client.
package struct RunQuestion {
    package var request: RunRequest
    package let streams: ClientStreams
    /// Whether the command is left in the background once it has started.
    package var isBackground = false

    /// - Parameter request: what was asked for; the mask of new files, the streams, the terminal and its size are added.
    package init(_ request: RunRequest, streams: ClientStreams) {
        self.request = request
        self.streams = streams
        self.request.fileModeMask = CurrentProcess.fileModeMask
        guard !request.options.contains(.edit), !request.options.contains(.dryRun) else { return }
        self.request.descriptors = streams.passed
        if streams.haveTerminal {
            self.request.options.insert(.terminal)
            self.request.terminal = streams.terminalSize
        }
    }

    /// Asks it on a connection that was greeted.
    package func ask(on exchange: BrokerExchange) throws(BrokerClientError) -> BrokerAnswer {
        let terminal = request.options.contains(.terminal) ? ClientTerminal(streams, isBackground: isBackground) : nil
        let descriptors = request.descriptors.isEmpty ? [] : streams.descriptors
        return try exchange.ask(.run(request), descriptors: descriptors, terminal: terminal)
    }

    /// The variables to send: all there are, for the rule says what is kept; those asked for by name or value marked. Bailey's own are for
    /// this client. Should they not fit into a message, the largest that nobody asked for stay behind.
    package static func environment(
        _ variables: [(name: String, value: String)], preserving names: [String] = [], setting set: [SentVariable] = []
    ) -> [SentVariable] {
        var sent = variables.filter { variable in
            !variable.name.hasPrefix("BAILEY_") && !set.contains { $0.name == variable.name }
        }.map { SentVariable(name: $0.name, value: $0.value, isAskedFor: names.contains($0.name)) }
        sent += set
        let size = { (variable: SentVariable) in variable.name.utf8.count + variable.value.utf8.count + 32 }
        var total = sent.reduce(0) { $0 + size($1) }
        guard total > sizeLimit || sent.count > ProtocolLimits.items else { return sent }
        var dispensable = sent.indices.filter { !sent[$0].isAskedFor }.sorted { size(sent[$0]) < size(sent[$1]) }
        var dropped: Set<Int> = []
        while total > sizeLimit || sent.count - dropped.count > ProtocolLimits.items,
            let largest = dispensable.popLast()
        {
            total -= size(sent[largest])
            dropped.insert(largest)
        }
        return sent.indices.filter { !dropped.contains($0) }.map { sent[$0] }
    }

    /// Half a message; the other half is for the arguments.
    private static let sizeLimit = ProtocolLimits.frame / 2
}
