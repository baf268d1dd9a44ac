private import LinuxSystem

/// Reads a recording event by event, in memory that does not grow with it. The file may be anybody's work.
package struct RecordedSession: ~Copyable {
    /// What stands in one line.
    package enum Entry: Sendable, Hashable {
        case event(RecordingEvent)
        /// Line so-and-so is no event.
        case malformed(line: Int)
        /// The last line has no end: whoever wrote it was stopped.
        case truncated(line: Int)
    }

    private static let lineLimit = 1 << 20

    package let path: String
    package let header: RecordingHeader
    private var lines: LineStream
    private var number = 1
    private var hasEnded = false

    package init(opening path: String) throws(RecordingError) {
        let file = try RecordingError.asking { () throws(SystemError) in try FileDescriptor.open(forReading: path) }
        let kind = try RecordingError.asking { () throws(SystemError) in try file.metadata(subject: path).kind }
        guard kind == .regular else { throw .noRecording(path: path) }
        var lines = LineStream(file, path: path, limit: Self.lineLimit)
        let first: LineStream.Line?
        do throws(SystemError) { first = try lines.next() } catch { throw .system(error) }
        guard let first, first.ending == .newline, let header = RecordingHeader(line: Array(first.bytes)) else {
            throw .noRecording(path: path)
        }
        self.init(lines, path: path, header: header)
    }

    private init(_ lines: consuming LineStream, path: String, header: RecordingHeader) {
        self.lines = lines
        (self.path, self.header) = (path, header)
    }

    /// The session of that id.
    package init(_ id: String, in directory: String) throws(RecordingError) {
        guard let name = RecordingName.file(of: id) else { throw .malformedID }
        try self.init(opening: "\(directory)/\(name)")
    }

    /// Nil after the last.
    package mutating func next() throws(RecordingError) -> Entry? {
        guard !hasEnded else { return nil }
        do throws(SystemError) {
            guard let line = try lines.next() else { return nil }
            number += 1
            hasEnded = line.ending != .newline
            if let event = RecordingEvent(line: Array(line.bytes)) { return .event(event) }
            return line.ending == .endOfFile ? .truncated(line: number) : .malformed(line: number)
        } catch {
            throw .system(error)
        }
    }
}
