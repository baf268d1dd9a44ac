import LinuxSystem
import Policies
import PrivilegeBroker

/// sudoers(5) by way of cvtsudoers(1), sudo's own reader of it: includes followed, aliases expanded, as JSON.
enum SudoersConversion {
    private static let program = "/usr/bin/cvtsudoers"
    /// Bytes of JSON that are read: some 10,000 rules.
    private static let limit = 8 << 20

    static func imported(_ path: String) throws(CommandError) -> ImportedCommandPolicy {
        let outcome: ChildProcess.Outcome
        do throws(SystemError) {
            // Read here first: cvtsudoers tells a missing file in words only.
            _ = try FileDescriptor.open(forReading: path)
            outcome = try ChildProcess.run(
                program, arguments: ["-c", "/dev/null", "-e", "-f", "json", path],
                environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"], timeLimit: .seconds(30), outputLimit: limit)
        } catch {
            throw .couldNotRun(
                error,
                remedy: error.subject == program ? "Debian's package sudo has it" : "run it as who may read \(path)")
        }
        // What it complains of comes before the document, on the same stream.
        guard outcome.ending == .exited(code: 0), outcome.output.first == UInt8(ascii: "{") else {
            let said = String(decoding: outcome.output.prefix(2000), as: UTF8.self)
            let lines = said.split(separator: "\n").prefix(3).joined(separator: "; ")
            throw .couldNotRun(path, "could not be read by cvtsudoers: \(lines)")
        }
        guard outcome.output.count < limit else {
            throw .couldNotRun(path, "makes more than \(limit >> 20) MiB of JSON")
        }
        do throws(PolicyErrors) {
            return try SudoersImport.imported(
                PolicyText(path: path, bytes: outcome.output), hostName: KernelIdentity.current.hostname,
                references: .host)
        } catch {
            // Places are those of the JSON, which nobody has.
            throw .couldNotRun(
                path, "became no sound JSON by cvtsudoers: \(error.errors.first?.message ?? "")",
                remedy: "an alias that is defined nowhere does that; see: visudo -c -f \(path)")
        }
    }
}
