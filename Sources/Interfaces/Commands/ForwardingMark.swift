import LinuxSystem

/// How far the log was handed over. Losing it costs reading the log again: the core counts no record twice.
struct ForwardingMark {
    private let path: String

    init(in directory: String) { path = "\(directory)/forwarded" }

    var sequence: UInt64 {
        // Not there yet, or not to be read: from the beginning.
        let text = try? FileTree().text(of: path, limit: 32)
        return text.flatMap { UInt64($0.prefix { $0 != "\n" }) } ?? 0
    }

    func write(_ sequence: UInt64) throws(SystemError) {
        let file = try AtomicFile(replacing: path, permissions: 0o600)
        try file.write(Array("\(sequence)\n".utf8))
        try file.commit()
    }
}
