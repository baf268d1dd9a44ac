private import Glibc

/// The standard input, for what a program hands over in place of a person.
package enum StandardInput {
    /// The next line, without its end; nil at the end of the input. Byte by byte, so that nothing behind it is taken.
    package static func secretLine(limit: Int = 512) throws(Terminal.NoSecret) -> SecretBytes? {
        var line = SecretBytes.Line(limit: limit)
        while true {
            var byte: UInt8 = 0
            let count: Int
            do throws(SystemError) {
                // SAFETY: one byte is read into one byte.
                count = try systemCall("read", on: "standard input") { read(STDIN_FILENO, &byte, 1) }
            } catch {
                throw .failed(error)
            }
            if count == 0 { return line.count == 0 ? nil : line.finished() }
            if byte == 0x0a { return line.finished() }
            if !line.append(byte) { throw .tooLong }
        }
    }
}
