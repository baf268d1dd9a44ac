private import Glibc

/// The lines of a file, one after the other, in memory that does not grow with the file.
package struct LineStream: ~Copyable {
    package struct Line {
        package enum Ending: Sendable, Hashable {
            case newline
            /// The last line has no line end.
            case endOfFile
            /// Longer than the limit: this is its start, and nothing more is read.
            case limit
        }

        /// Without the line end.
        package let bytes: ArraySlice<UInt8>
        package let ending: Ending
    }

    package let path: String
    private let descriptor: FileDescriptor
    private let limit: Int
    /// What was read from the file and not yet handed out: `buffer[start...]`.
    private var buffer: [UInt8] = []
    private var start = 0
    private var offset: Int64 = 0
    private var isAtEnd = false

    package init(_ descriptor: consuming FileDescriptor, path: String, limit: Int) {
        self.descriptor = descriptor
        self.path = path
        self.limit = limit
    }

    /// Nil after the last line.
    package mutating func next() throws(SystemError) -> Line? {
        var searched = 0
        while true {
            if let end = newline(from: start + searched) {
                defer { start = end + 1 }
                return Line(bytes: buffer[start..<end], ending: .newline)
            }
            searched = buffer.count - start
            if searched > limit {
                isAtEnd = true
                defer { start = buffer.count }
                return Line(bytes: buffer[start..<(start + limit)], ending: .limit)
            }
            if isAtEnd {
                guard searched > 0 else { return nil }
                defer { start = buffer.count }
                return Line(bytes: buffer[start...], ending: .endOfFile)
            }
            try fill()
        }
    }

    private func newline(from index: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard index < bytes.count, let base = bytes.baseAddress else { return nil }
            // SAFETY: the search ends with the buffer, and what it finds is in it.
            return memchr(base + index, 0x0a, bytes.count - index).map { UnsafeRawPointer($0) - base }
        }
    }

    private mutating func fill() throws(SystemError) {
        let size = 1 << 20
        let more = try descriptor.bytes(size, at: offset, subject: path)
        offset += Int64(more.count)
        isAtEnd = more.count < size
        buffer = start < buffer.count ? buffer[start...] + more : more
        start = 0
    }
}
