import Auditing
import LinuxSystem

/// Writes an audit log as the broker does, for what a test cannot do to its own process.
///
///     AuditingProbe write DIRECTORY THREADS ROTATION   appends until it is killed; prints NUMBER HASH once a record is on disk
///     AuditingProbe fill DIRECTORY BALLAST             appends until the disk is full, removes BALLAST, appends again, verifies
///     AuditingProbe bench DIRECTORY THREADS SECONDS    appends as fast as it can; prints records and syncs a second
///     AuditingProbe make DIRECTORY COUNT               writes that many records without syncing, to have a large log
@main enum Entrypoint {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 3 else { throw ProbeError(text: "MODE DIRECTORY …") }
        switch arguments[0] {
        case "write": try write(arguments[1], threads: Int(arguments[2]) ?? 8, rotation: Int64(arguments[3]) ?? 1 << 20)
        case "fill": try fill(arguments[1], ballast: arguments[2])
        case "bench": try bench(arguments[1], threads: Int(arguments[2]) ?? 1, seconds: Int(arguments[3]) ?? 3)
        case "make": try make(arguments[1], count: Int(arguments[2]) ?? 1000)
        default: throw ProbeError(text: "unknown mode")
        }
    }

    private static func configuration(_ directory: String, rotation: Int64 = 64 << 20) -> AuditLog.Configuration {
        var configuration = AuditLog.Configuration(directory: directory)
        configuration.rotationSize = rotation
        configuration.isAppendOnly = false
        return configuration
    }

    static func draft(_ number: Int) -> AuditDraft {
        let details = [
            AuditField("argv", .arguments(["/usr/bin/systemctl", "restart", "nginx.service"])),
            AuditField("rule", "restart-web"),
            AuditField("sha256", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
            AuditField("number", number),
        ]
        return AuditDraft(.start, request: "r-\(number)", actor: "alice(1000)", details: details)
    }

    private static func write(_ directory: String, threads: Int, rotation: Int64) throws {
        var configuration = configuration(directory, rotation: rotation)
        configuration.recordsPerHead = 20
        let log = try AuditLog(
            configuration,
            storage: { path, isNew throws(SystemError) in
                PiecewiseStorage(try FileStorage.open(path, isNew: isNew))
            })
        try together(threads) {
            var number = 0
            while true {
                number += 1
                do {
                    let receipt = try log.append(draft(number))
                    // One call a line, so that lines of threads do not mix.
                    try StandardStream.output.write(Array("\(receipt.sequence) \(receipt.hash)\n".utf8))
                } catch {
                    return
                }
            }
        }
    }

    private static func fill(_ directory: String, ballast: String) throws {
        let log = try AuditLog(configuration(directory))
        var acknowledged: UInt64 = 0
        var failures: [AuditError] = []
        while failures.count < 3 {
            do throws(AuditError) {
                acknowledged = try log.append(draft(Int(acknowledged))).sequence
            } catch {
                failures.append(error)
            }
        }
        let full = try AuditVerifier(path: directory, publicKey: log.publicKey).verify()
        guard full.isSound, full.last?.sequence == acknowledged, full.notices.allSatisfy({ !$0.contains("has no end") })
        else {
            throw ProbeError(text: "after the disk was full: \(full)")
        }
        try AppendFile(opening: ballast).truncate(to: 0)
        let next = try log.append(draft(0)).sequence
        let freed = try AuditVerifier(path: directory, publicKey: log.publicKey).verify()
        guard next == acknowledged + 1, freed.isSound, freed.last?.sequence == next else {
            throw ProbeError(text: "after space was freed: \(freed)")
        }
        print("ready \(acknowledged) \(failures.map(\.description).joined(separator: "; "))")
    }

    private static func bench(_ directory: String, threads: Int, seconds: Int) throws {
        let syncs = Monitor(0)
        let log = try AuditLog(
            configuration(directory),
            storage: { path, isNew throws(SystemError) in
                CountingStorage(try FileStorage.open(path, isNew: isNew), syncs)
            })
        try log.append(draft(0))
        let (began, before) = (ContinuousClock.now, syncs.withLock { $0 })
        let counts = try together(threads) {
            var count = 0
            while ContinuousClock.now < began + .seconds(seconds) {
                guard (try? log.append(draft(count))) != nil else { return -1_000_000_000 }
                count += 1
            }
            return count
        }
        let taken = began.duration(to: .now) / .seconds(1)
        let (records, synced) = (counts.reduce(0, +), syncs.withLock { $0 } - before)
        guard records > 0 else { throw ProbeError(text: "appending failed") }
        print("\(Int(Double(records) / taken)) \(Int(Double(synced) / taken))")
    }

    private static func make(_ directory: String, count: Int) throws {
        let log = try AuditLog(
            configuration(directory),
            storage: { path, isNew throws(SystemError) in
                UnsyncedStorage(try FileStorage.open(path, isNew: isNew))
            })
        for number in 1...count { try log.append(draft(number)) }
        _ = try log.signHead()
    }

    /// Runs the same on so many threads, and returns what each came to.
    @discardableResult
    private static func together<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable () -> Result
    ) throws -> [Result] {
        guard count > 0 else { return [] }
        let thread = try OwnThread(body)
        let others = try together(count - 1, body)
        return others + [thread.join()]
    }
}

struct ProbeError: Error { let text: String }
