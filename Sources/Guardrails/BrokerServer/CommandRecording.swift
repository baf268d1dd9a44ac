internal import BrokerProtocol
internal import LinuxSystem
private import Masking
internal import PrivilegeBroker
internal import SessionRecordings

/// The recording of one command, which its rule asks for: where it cannot go on, neither can the command.
final class CommandRecording {
    private var recorder: SessionRecorder

    init(_ id: RequestID, _ run: RunRequest, title: String, in directory: String, at time: Int64) throws(RecordingError)
    {
        // A player needs a size; a terminal without one (a serial line) has what terminals had.
        let size =
            run.terminal.flatMap { $0.rows > 0 && $0.columns > 0 ? $0 : nil } ?? TerminalSize(rows: 24, columns: 80)
        let command = SecretMasking.masked(arguments: run.arguments).joined(separator: " ")
        let header = RecordingHeader(
            columns: Int(size.columns), rows: Int(size.rows), timestamp: time, command: command, title: title)
        recorder = try SessionRecorder(header, id: id.description, in: directory)
    }

    /// - Throws: at the limit too: what is not kept shall not happen.
    func output(_ bytes: [UInt8], from source: SessionRecorder.Source) throws(RecordingError) {
        try recorder.output(bytes, from: source, at: .now)
        try checkLimit()
    }

    private func checkLimit() throws(RecordingError) {
        if recorder.isCut { throw .full(limit: SessionRecorder.standardLimit) }
    }

    /// - Parameter echoing: whether the terminal shows what is typed: else it may be a password, and is not kept.
    func input(_ bytes: [UInt8], echoing: Bool) throws(RecordingError) {
        try recorder.input(bytes, echoing: echoing, at: .now)
        try checkLimit()
    }

    /// What comes in by a pipe or from a file.
    func piped(_ bytes: [UInt8]) throws(RecordingError) {
        try recorder.piped(bytes, at: .now)
        try checkLimit()
    }

    func resized(_ size: TerminalSize) throws(RecordingError) {
        guard size.rows > 0, size.columns > 0 else { return }
        try recorder.resized(columns: Int(size.columns), rows: Int(size.rows), at: .now)
    }

    func finish() throws(RecordingError) { try recorder.finish(at: .now) }
}
