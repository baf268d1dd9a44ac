import LinuxSystem

extension Session {
    /// All of the standard input.
    func standardInput(limit: Int) throws(CommandError) -> [UInt8] {
        do throws(SystemError) {
            let input = try SharedDescriptor.standardStream(0)
            var bytes: [UInt8] = []
            while true {
                _ = try input.waitForInput(until: nil)
                guard let piece = try input.readAvailable(limit: 256 << 10) else { continue }
                if piece.isEmpty { return bytes }
                bytes += piece
                guard bytes.count <= limit else { throw SystemError("read", "standard input", code: .tooLarge) }
            }
        } catch { throw .couldNotRun(error) }
    }
}
