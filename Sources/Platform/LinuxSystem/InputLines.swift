private import Glibc

/// The lines of standard input, as they come. Of a line that is longer than the limit the rest is dropped, so that no writer can make
/// this process hold more.
package struct InputLines: ~Copyable {
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// - Parameter limit: bytes of a line.
    package init(limit: Int) { self.limit = limit }

    /// Without its line end; nil after the last line.
    package mutating func next() throws(SystemError) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if let end = buffer[start...].firstIndex(of: 0x0a) {
                take(buffer[start..<end], into: &line)
                start = end + 1
                return line
            }
            take(buffer[start...], into: &line)
            let hadBytes = start < buffer.count || !line.isEmpty
            start = buffer.count
            if isAtEnd { return hadBytes ? line : nil }
            try fill()
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>, into line: inout [UInt8]) {
        line += bytes.prefix(limit - line.count)
    }

    private mutating func fill() throws(SystemError) {
        let size = 64 << 10
        buffer = [UInt8](repeating: 0, count: size)
        let count = try systemCall("read", on: "standard input") {
            // SAFETY: the kernel writes at most the buffer's count.
            buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, size) }
        }
        buffer.removeLast(size - count)
        start = 0
        isAtEnd = count == 0
    }
}
