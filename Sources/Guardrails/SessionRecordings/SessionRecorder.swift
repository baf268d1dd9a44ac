private import LinuxSystem

/// Writes what happens at a terminal, and in pipes where there is none, to a file of its own, as asciicast v2: what is shown, what is typed
/// while the terminal echoes, what comes in by a pipe, the terminal's size.
///
/// What is typed with echo off, passwords first of all, is not kept, nor how long it was. What is no text is U+FFFD. Each event is handed to the kernel at once, so
/// a recorder that is killed loses none but the last. Times are the caller's clock; one that goes back is taken to stand still.
package struct SessionRecorder: ~Copyable {
    /// Where bytes come from. A character is put together from the bytes of one of them, whatever comes from another meanwhile.
    package enum Source: Sendable, Hashable {
        case terminal, standardOutput, standardError, typed, standardInput
    }

    /// At most so much becomes one event, so that a reader needs no more memory than that.
    private static let pieceLimit = 16 << 10

    /// Bytes of a recording.
    package static var standardLimit: Int { 64 << 20 }

    package let path: String
    /// Whether the limit was reached: a marker says so in the file, and nothing comes after it.
    package private(set) var isCut = false
    private let file: AppendFile
    private let start: ContinuousClock.Instant
    private let limit: Int
    private var size: Int
    private var latest: Int64 = 0
    private var assemblers: [Source: TextAssembler] = [:]

    /// Makes the file, mode 0600, where there is none of that name, in a directory that is made, mode 0700, or is nobody else's.
    ///
    /// - Parameter limit: bytes; what would go beyond is not kept.
    package init(
        _ header: RecordingHeader, id: String, in directory: String = RecordingName.systemDirectory,
        limit: Int = standardLimit, start: ContinuousClock.Instant = .now
    ) throws(RecordingError) {
        guard let name = RecordingName.file(of: id) else { throw .malformedID }
        let found = try RecordingError.asking { () throws(SystemError) in
            try Directory(making: directory, permissions: 0o700, followingLinksOf: [0]).metadata()
        }
        if let objection = Self.objection(to: found) { throw .unsafeDirectory(path: directory, why: objection) }
        let path = "\(directory)/\(name)"
        let file = try RecordingError.asking { () throws(SystemError) in try AppendFile(creating: path) }
        try Self.append(header.line, to: file)
        self.init(file, path: path, size: header.line.count + 1, limit: limit, start: start)
    }

    private init(
        _ file: consuming AppendFile, path: String, size: Int, limit: Int, start: ContinuousClock.Instant
    ) {
        self.file = file
        (self.path, self.size, self.limit, self.start) = (path, size, limit, start)
    }

    private static func objection(to metadata: FileMetadata) -> String? {
        if metadata.owner != CurrentProcess.effectiveUserID { return "belongs to uid \(metadata.owner)" }
        return metadata.permissions & 0o077 == 0 ? nil : "has mode \(metadata.permissionText)"
    }

    /// What is shown, or printed where there is no terminal.
    package mutating func output(
        _ bytes: some Collection<UInt8>, from source: Source = .terminal, at now: ContinuousClock.Instant
    ) throws(RecordingError) {
        try write(.output, bytes, from: source, at: now)
    }

    /// What is typed.
    ///
    /// - Parameter echoing: whether the terminal shows what is typed just now (ECHO, termios(3)).
    package mutating func input(
        _ bytes: some Collection<UInt8>, echoing: Bool, at now: ContinuousClock.Instant
    ) throws(RecordingError) {
        guard echoing else { return assemblers[.typed] = nil }
        try write(.input, bytes, from: .typed, at: now)
    }

    /// What comes in by a pipe or from a file: all of it, for nothing tells a secret there.
    package mutating func piped(_ bytes: some Collection<UInt8>, at now: ContinuousClock.Instant) throws(RecordingError)
    {
        try write(.input, bytes, from: .standardInput, at: now)
    }

    package mutating func resized(columns: Int, rows: Int, at now: ContinuousClock.Instant) throws(RecordingError) {
        try write(.resize, "\(columns)x\(rows)", at: now)
    }

    /// Writes what is held and returns once all of it is on the disk.
    package mutating func finish(at now: ContinuousClock.Instant) throws(RecordingError) {
        for source in [Source.terminal, .standardOutput, .standardError] {
            try write(.output, assemblers[source]?.rest() ?? "", at: now)
        }
        for source in [Source.typed, .standardInput] { try write(.input, assemblers[source]?.rest() ?? "", at: now) }
        do throws(SystemError) { try file.sync() } catch { throw .system(error) }
    }

    private mutating func write(
        _ kind: RecordingEvent.Kind, _ bytes: some Collection<UInt8>, from source: Source,
        at now: ContinuousClock.Instant
    ) throws(RecordingError) {
        let all = Array(bytes)
        for from in stride(from: 0, to: all.count, by: Self.pieceLimit) {
            let piece = all[from..<min(from + Self.pieceLimit, all.count)]
            try write(kind, assemblers[source, default: TextAssembler()].text(of: piece), at: now)
        }
    }

    private mutating func write(
        _ kind: RecordingEvent.Kind, _ text: String, at now: ContinuousClock.Instant
    ) throws(RecordingError) {
        guard !text.isEmpty, !isCut else { return }
        let (seconds, attoseconds) = (now - start).components
        latest = max(latest, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        let line = RecordingEvent(microseconds: latest, kind: kind, text: text).line
        guard size + line.count < limit else {
            isCut = true
            let mark = RecordingEvent(microseconds: latest, kind: .marker, text: "cut: the limit of \(limit) bytes")
            return try append(mark.line)
        }
        try append(line)
    }

    private mutating func append(_ line: [UInt8]) throws(RecordingError) {
        size += line.count + 1
        try Self.append(line, to: file)
    }

    private static func append(_ line: [UInt8], to file: borrowing AppendFile) throws(RecordingError) {
        do throws(SystemError) { try file.write(line + [UInt8(ascii: "\n")]) } catch { throw .system(error) }
    }
}
