import LinuxSystem

/// Where a command prints: results to the output, everything else to the error stream.
///
/// Printing does not throw: a reader that went away (`bailey sockets | head`) is no failure of the command, so what is printed
/// afterwards is dropped. Any other failure is kept, and the run ends with it.
final class Console {
    typealias Sink = ([UInt8]) throws(SystemError) -> Void

    private let output: Sink
    private let error: Sink
    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    /// Columns of the terminal; nil when the output goes elsewhere.
    let columns: Int?
    /// The reader of the output is gone: long listings may stop.
    private(set) var isOutputClosed = false
    /// Why the output could not be written.
    private(set) var failure: SystemError?
    /// Whether a progress line stands on the terminal and has to be wiped before anything else is printed.
    private var hasProgressLine = false

    init(
        output: @escaping Sink, error: @escaping Sink, isOutputTerminal: Bool = false, isErrorTerminal: Bool = false,
        columns: Int? = nil
    ) {
        self.output = output
        self.error = error
        self.isOutputTerminal = isOutputTerminal
        self.isErrorTerminal = isErrorTerminal
        self.columns = columns
    }

    /// The standard streams of this process.
    static func standard() -> Console {
        Console(
            output: { bytes throws(SystemError) in try StandardStream.output.write(bytes) },
            error: { bytes throws(SystemError) in try StandardStream.error.write(bytes) },
            isOutputTerminal: CurrentProcess.isStandardOutputTerminal,
            isErrorTerminal: CurrentProcess.isStandardErrorTerminal, columns: CurrentProcess.terminalColumns)
    }

    /// A result, as it stands.
    func write(_ bytes: [UInt8]) {
        guard !isOutputClosed, failure == nil, !bytes.isEmpty else { return }
        clearProgress()
        do throws(SystemError) {
            try output(bytes)
        } catch {
            if error.code == .brokenPipe { isOutputClosed = true } else { failure = error }
        }
    }

    /// A result as text; a line end is added.
    func print(_ text: String) { write(Array((text + "\n").utf8)) }

    /// A message about the run, for people: `bailey: …`.
    func report(_ message: String) { writeError("bailey: \(message)\n") }

    func writeError(_ text: String) {
        clearProgress()
        emit(text)
    }

    /// Shows on a terminal what is being done, in place of the line before; elsewhere nothing.
    func showProgress(_ text: String) {
        guard isErrorTerminal else { return }
        emit("\r\u{1b}[2K\(text)…")
        hasProgressLine = true
    }

    func clearProgress() {
        guard hasProgressLine else { return }
        hasProgressLine = false
        emit("\r\u{1b}[2K")
    }

    private func emit(_ text: String) {
        try? error(Array(text.utf8))  // where the error stream is gone too, there is nobody left to tell
    }
}
