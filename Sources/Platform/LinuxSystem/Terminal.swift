private import CLinux
private import Glibc

/// The terminal a person sits at: this process's controlling terminal (`/dev/tty`, tty(4)), whatever its standard streams are.
package struct Terminal: Sendable {
    package let descriptor: SharedDescriptor

    /// Nil when this process has no controlling terminal.
    package static func controlling() throws(SystemError) -> Terminal? {
        do throws(SystemError) {
            return Terminal(
                SharedDescriptor(
                    owning: try systemCall("open", on: "/dev/tty") { bailey_open("/dev/tty", O_RDWR | O_NOCTTY, 0) }))
        } catch  where error.isAbsence || error.code == .other(number: ENXIO) {
            return nil
        }
    }

    package init(_ descriptor: SharedDescriptor) { self.descriptor = descriptor }

    /// Whether it is this process's own controlling terminal and this process is in its foreground: only then what is typed is meant for us,
    /// and reading does not stop us (SIGTTIN).
    package var isOurs: Bool { tcgetsid(descriptor.number) == getsid(0) && tcgetpgrp(descriptor.number) == getpgrp() }

    package var windowSize: WindowSize? { WindowSize(of: descriptor) }

    package func write(_ text: String) throws(SystemError) {
        try descriptor.descriptor.write(Array(text.utf8), subject: "terminal")
    }

    /// Why there is no secret.
    package enum NoSecret: Error, Sendable, Hashable {
        /// The interrupt key (Ctrl-C).
        case interrupted
        /// The end key (Ctrl-D) on an empty line, or the terminal is gone.
        case ended
        case timedOut
        case tooLong
        case failed(SystemError)
    }

    /// Shows `prompt` and reads a line with the echo off. What was typed before the prompt is thrown away. The line is bytes as typed, without its end.
    package func readSecret(
        prompt: String, limit: Int = 512, until deadline: ContinuousClock.Instant
    ) throws(NoSecret) -> SecretBytes {
        let mode = try begin(prompt: prompt)
        var line = SecretBytes.Line(limit: limit)
        let end = readLine(&line, keys: mode.keys, until: deadline)
        _ = consume mode  // the echo is back from here on
        // The person's own Enter was not echoed either. A terminal that is gone is told by what was read from it.
        try? write("\r\n")
        if let end { throw end }
        return line.finished()
    }

    private func begin(prompt: String) throws(NoSecret) -> TerminalMode {
        do throws(SystemError) {
            let mode = try TerminalMode.secret(descriptor)
            try write(prompt)
            return mode
        } catch {
            throw .failed(error)
        }
    }

    /// Reads up to the end of the line; nil when it was reached.
    private func readLine(
        _ line: inout SecretBytes.Line, keys: TerminalMode.Keys, until deadline: ContinuousClock.Instant
    ) -> NoSecret? {
        while true {
            var byte: UInt8 = 0
            let number = descriptor.number
            do throws(SystemError) {
                guard try wait(for: .reading, of: number, until: deadline) else { return .timedOut }
                // SAFETY: one byte is read into one byte.
                guard try systemCall("read", on: "terminal", { read(number, &byte, 1) }) == 1 else { return .ended }
            } catch {
                return .failed(error)
            }
            defer { bailey_wipe(&byte, 1) }
            switch byte {
            case 0x0a, 0x0d: return nil
            case keys.interrupt: return .interrupted
            case keys.end where line.count == 0: return .ended
            case keys.kill: line.removeAll()
            case keys.erase, 0x08, 0x7f: line.removeLastCharacter()
            default: if !line.append(byte) { return .tooLong }
            }
        }
    }
}
