internal import Cryptography
internal import LinuxSystem

/// What a producer has for the core and could not deliver: batches in files, numbered, oldest first. A batch is removed once the core has it,
/// and numbered so that the core takes it once, even where its answer was lost. The spool is bounded: when it is full it refuses, and says so.
package struct Spool: Sendable {
    package let directory: String
    package let limit: Int
    private static let suffix = ".batch"

    /// - Parameter directory: made where it is not there; its parent has to be.
    package init(_ directory: String, limit: Int = 64 << 20) throws(IntakeError) {
        self.directory = directory
        self.limit = limit
        try spooling { () throws(SystemError) in
            _ = try Directory(making: directory, permissions: 0o700, followingLinksOf: [])
        }
    }

    private func spooling<Value>(_ body: () throws(SystemError) -> Value) throws(IntakeError) -> Value {
        do throws(SystemError) { return try body() } catch { throw .spool(error.description) }
    }

    /// Numbers of the batches that wait, oldest first, and their sizes.
    package func waiting() throws(IntakeError) -> [(sequence: Int, size: Int)] {
        try spooling { () throws(SystemError) in
            let directory = try Directory(opening: directory)
            var found: [(sequence: Int, size: Int)] = []
            for entry in try directory.entries() where entry.name.hasSuffix(Self.suffix) {
                guard let sequence = Int(entry.name.dropLast(Self.suffix.utf8.count)) else { continue }
                found.append((sequence, Int(try directory.metadata(of: entry.name, followingLinks: false).size)))
            }
            return found.sorted { $0.sequence < $1.sequence }
        }
    }

    /// Keeps a batch until it can be delivered. It is on disk once this returns.
    package func keep(_ body: [UInt8]) throws(IntakeError) {
        guard body.count <= IntakeFrame.bodyLimit else { throw .tooLarge(body.count) }
        let lock = try locked()
        defer { _ = lock }
        let waiting = try waiting()
        guard waiting.reduce(0, { $0 + $1.size }) + body.count <= limit else {
            throw .spoolFull(path: directory, limit: limit)
        }
        let sequence = max(waiting.last?.sequence ?? 0, try lastNumber()) + 1
        try spooling { () throws(SystemError) in
            // The number first: one that was given away is never given again, or the core would take the new batch for the old.
            try write("last", Array("\(sequence)\n".utf8))
            try write("\(sequence)\(Self.suffix)", body)
            try Directory(opening: directory).sync()
        }
    }

    /// Sends what waits, oldest first, until all is delivered or the core does not answer.
    /// - Returns: how many batches the core has now, and what it said to each that it refused.
    package func deliver(
        to path: String, connecting: Duration = .seconds(5), answering: Duration = .seconds(30)
    ) throws(IntakeError) -> (delivered: Int, refused: [String]) {
        let lock = try locked()
        defer { _ = lock }
        let waiting = try waiting()
        guard !waiting.isEmpty else { return (0, []) }
        let producer = try producer()
        var client = try IntakeClient(path: path, timeout: connecting)
        var (delivered, refused): (Int, [String]) = (0, [])
        for (sequence, _) in waiting {
            let name = "\(directory)/\(sequence)\(Self.suffix)"
            let body = try spooling { () throws(SystemError) in
                try FileDescriptor.open(forReading: name).readAll(limit: IntakeFrame.bodyLimit, subject: name)
            }
            let response = try client.send(
                .init(producer: producer, sequence: sequence, body: body), timeout: answering)
            guard response.isFinal else {
                throw .unreachable(path: path, why: String(decoding: response.body.prefix(500), as: UTF8.self))
            }
            if response.status >= 400 { refused.append(String(decoding: response.body.prefix(500), as: UTF8.self)) }
            try spooling { () throws(SystemError) in try removeFile(name) }
            delivered += 1
        }
        return (delivered, refused)
    }

    /// Delivers, and keeps what cannot be: what a producer calls with each batch.
    /// - Returns: whether the core has it.
    package func send(_ body: [UInt8], to path: String) throws(IntakeError) -> Bool {
        try keep(body)
        do throws(IntakeError) {
            _ = try deliver(to: path)
            return true
        } catch {
            if case .unreachable = error { return false }
            throw error
        }
    }

    private func locked() throws(IntakeError) -> SpoolLock {
        try spooling { () throws(SystemError) in
            SpoolLock(lock: try FileLock(path: "\(directory)/lock", patience: .seconds(10)))
        }
    }

    private func lastNumber() throws(IntakeError) -> Int {
        try spooling { () throws(SystemError) in
            do throws(SystemError) {
                let text = try FileTree().text(of: "\(directory)/last", limit: 32)
                return Int(text.split(separator: "\n").first ?? "") ?? 0
            } catch  where error.code == .notFound { return 0 }
        }
    }

    /// What the core knows this spool by: made once, at random.
    private func producer() throws(IntakeError) -> String {
        try spooling { () throws(SystemError) in
            do throws(SystemError) {
                let text = try FileTree().text(of: "\(directory)/producer", limit: 64)
                if let name = text.split(separator: "\n").first { return String(name) }
            } catch  where error.code == .notFound {}
            let bytes: [UInt8]
            do throws(CryptographyError) { bytes = try randomBytes(16) } catch {
                throw SystemError("make", "a producer's id", code: .unsupported)
            }
            try write("producer", Array("\(bytes.hexadecimal)\n".utf8))
            return bytes.hexadecimal
        }
    }

    private func write(_ name: String, _ content: [UInt8]) throws(SystemError) {
        let file = try AtomicFile(replacing: "\(directory)/\(name)", permissions: 0o600)
        try file.write(content)
        try file.commit()
    }
}

/// Holds the spool's lock until it goes away.
private final class SpoolLock {
    private let lock: FileLock

    init(lock: consuming FileLock) { self.lock = lock }
}
