private import Cryptography
internal import LinuxSystem
internal import Policies
private import Synchronization

/// SHA-256 of programs, worked out once for each state of a file: what changes has another `FileIdentity`.
final class ProgramDigests: Sendable {
    private static let limit = 1024

    private let known = Mutex<[FileIdentity: [UInt8]]>([:])

    /// The program, then the interpreters that run it.
    func files(of program: TrustedProgram) throws(UnfitProgram) -> [ExecutedFile] {
        var files: [ExecutedFile] = []
        for part in [program, program.interpreter?.program, program.interpreter?.startedByEnv].compactMap(\.self) {
            files.append(ExecutedFile(path: part.resolvedPath, digest: try digest(of: part)))
        }
        return files
    }

    private func digest(of program: TrustedProgram) throws(UnfitProgram) -> [UInt8] {
        if let digest = known.withLock({ $0[program.identity] }) {
            try program.verifyUnchanged()
            return digest
        }
        let stream = SHA256Stream()
        try program.forEachBlock { stream.update($0) }
        let digest = stream.finish()
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[program.identity] = digest
        }
        return digest
    }
}
