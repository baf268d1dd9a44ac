import LinuxSystem
import SessionRecordings

/// Shows a recording, at the pace it was made where somebody looks on.
struct RecordingPrinter {
    enum Form: Sendable {
        /// Text, colours and cursor movement.
        case defused
        /// Text alone, at once.
        case plain
        /// What was recorded, whatever it does to the terminal.
        case raw
        /// The lines of the file, written anew.
        case json
    }

    private let form: Form
    private let path: String
    private let console: Console
    private let speed: Double
    private let maxIdle: Double
    private var filter: ReplayFilter
    private var last: Int64 = 0

    init(_ form: Form, of path: String, on console: Console, speed: Double, maxIdle: Double) {
        (self.form, self.path, self.console, self.speed, self.maxIdle) = (form, path, console, speed, maxIdle)
        filter = ReplayFilter(isPlain: form == .plain)
    }

    private var isOnScreen: Bool { console.isOutputTerminal && (form == .defused || form == .raw) }

    func begin(_ header: RecordingHeader) {
        if form == .json { console.print(String(decoding: header.line, as: UTF8.self)) }
    }

    /// False when nobody reads any more.
    mutating func print(_ entry: RecordedSession.Entry) -> Bool {
        switch entry {
        case .malformed(let line): console.report(printable("\(path):\(line): this line is no event"))
        case .truncated(let line): console.report(printable("\(path):\(line): the recording breaks off here"))
        case .event(let event) where form == .json: console.print(String(decoding: event.line, as: UTF8.self))
        case .event(let event):
            if isOnScreen { pause(until: event.microseconds) }
            show(event)
        }
        return !console.isOutputClosed && console.failure == nil
    }

    /// Brings the terminal back to how it was.
    func end() {
        if isOnScreen { console.write(Array("\(ReplayFilter.reset)\n".utf8)) }
    }

    private mutating func show(_ event: RecordingEvent) {
        switch event.kind {
        case .output: console.write(Array((form == .raw ? event.text : filter.filter(event.text)).utf8))
        case .marker: console.report(printable("marked: \(event.text)"))
        case .input, .resize: break
        }
    }

    private mutating func pause(until next: Int64) {
        let seconds = min(max(0, Double(next - last) / 1_000_000), maxIdle) / speed
        last = max(last, next)
        guard seconds > 0 else { return }
        var nothing: [PollEntry] = []
        // Waiting for no file fails only where memory is short; then the pause is too.
        _ = try? poll(&nothing, until: .now + .seconds(seconds))
    }
}
