import Auditing
import Foundation
import LinuxSystem
import TestSupport
import Testing

/// A writer that is killed, and one whose disk is full: in processes of their own.
@Suite struct AuditCrashTests {
    /// The program is built beside the tests.
    static func probe() throws -> String {
        let places = [Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0])].map {
            $0.deletingLastPathComponent()
        }
        let near = places + [URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")]
        let paths = near.map { $0.appending(path: "AuditingProbe").standardized.path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    @Test(
        "Killed at any instant, 200 times under eight appenders, it has every record that it acknowledged, and the chain verifies"
    )
    func kills() throws {
        let probe = try Self.probe()
        var random = SystemRandomNumberGenerator()
        var (torn, acknowledged) = (0, 0)
        // Ten crashes befall each log, each found by the next writer.
        for _ in 0..<20 {
            let directory = try LogDirectory()
            var receipts: [UInt64: String] = [:]
            for _ in 0..<10 {
                let lines = try Self.outputUntilKilled(
                    [probe, "write", directory.path, "8", "20000"], after: Int.random(in: 1...60, using: &random))
                for line in lines {
                    let parts = line.split(separator: " ").map(String.init)
                    receipts[try #require(UInt64(parts[0]))] = parts[1]
                }
                if try Self.endsTorn(directory) { torn += 1 }
                _ = try directory.open()
                let verification = try directory.verify()
                #expect(verification.isSound, "\(verification.problems)")
            }
            let records = try directory.files.flatMap { try directory.records($0) }
            let hashes = Dictionary(uniqueKeysWithValues: records.map { ($0.sequence, $0.hash.hexadecimal) })
            for (sequence, hash) in receipts { #expect(hashes[sequence] == hash, "record \(sequence)") }
            acknowledged += receipts.count
        }
        #expect(acknowledged > 1000)
        #expect(torn > 0, "no kill found a line half written, so the test shows less than it says")
    }

    @Test(
        "On a full disk records are refused, nothing half-written stays, and it goes on when there is room",
        .enabled(if: FileSystemUser.isRoot, "mounting needs root"))
    func fullDisk() throws {
        let tree = try TemporaryTree()
        let script = """
            set -e
            mount -t tmpfs -o size=200k tmpfs '\(tree.path)'
            head -c 60000 /dev/zero > '\(tree.path)/ballast'
            '\(try Self.probe())' fill '\(tree.path)/log' '\(tree.path)/ballast'
            """
        let output = try RunningProgram.output(of: ["unshare", "--mount", "sh", "-c", script])
        #expect(output.hasPrefix("ready "), "\(output)")
        #expect(output.contains("No space left on device"))
        #expect(try tree.names().isEmpty, "the host sees nothing of it")
    }

    private static func endsTorn(_ directory: LogDirectory) throws -> Bool {
        guard let last = try directory.files.last else { return false }
        let content = try directory.tree.content(of: "log/\(last)")
        return !content.isEmpty && !content.hasSuffix("\n")
    }

    /// Starts the program, reads its lines until there are so many, kills it, and returns all that it wrote.
    private static func outputUntilKilled(_ arguments: [String], after count: Int) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var output = Data()
        while output.count(where: { $0 == 0x0a }) < count,
            let piece = try pipe.fileHandleForReading.read(upToCount: 70), !piece.isEmpty
        {
            output += piece
        }
        kill(process.processIdentifier, SIGKILL)
        output += try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "it ended by itself")
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
