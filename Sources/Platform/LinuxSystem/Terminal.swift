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

    /// The same terminal opened once more, for a loop that must not wait for it: the flag is this opening's alone.
    package static func controllingWithoutWaiting() -> SharedDescriptor? {
        let number = bailey_open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK, 0)
        return number == -1 ? nil : SharedDescriptor(owning: number)
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
        /// The suspend key (Ctrl-Z): who asks stops itself, and asks again once it goes on.
        case suspended
        /// A signal came to be read meanwhile.
        case signalled(Int32)
        case failed(SystemError)
    }

    /// Shows `prompt` and reads a line with the echo off. What was typed before the prompt is thrown away. The line is bytes as
    /// typed, without its end.
    ///
    /// - Parameters:
    ///   - echoes: whether what is typed is shown after all, because it is no secret.
    ///   - signals: where signals are read that would end the process with the echo off if they were not blocked.
    package func readSecret(
        prompt: String, limit: Int = 512, echoes: Bool = false, interruptedBy signals: SignalDescriptor? = nil,
        until deadline: ContinuousClock.Instant
    ) throws(NoSecret) -> SecretBytes {
        let mode = try begin(prompt: prompt)
        var line = SecretBytes.Line(limit: limit)
        let end = readLine(&line, keys: mode.keys, echoes: echoes, interruptedBy: signals, until: deadline)
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
        _ line: inout SecretBytes.Line, keys: TerminalMode.Keys, echoes: Bool, interruptedBy signals: SignalDescriptor?,
        until deadline: ContinuousClock.Instant
    ) -> NoSecret? {
        while true {
            var byte: UInt8 = 0
            defer { bailey_wipe(&byte, 1) }
            if let end = readByte(&byte, interruptedBy: signals, until: deadline) { return end }
            let before = line.count
            switch byte {
            case 0x0a, 0x0d: return nil
            case keys.interrupt: return .interrupted
            case keys.suspend: return .suspended
            case keys.end where line.count == 0: return .ended
            case keys.kill: line.removeAll()
            case keys.erase, 0x08, 0x7f: line.removeLastCharacter()
            default: if !line.append(byte) { return .tooLong }
            }
            // Only what shows itself is shown: a pasted escape sequence does nothing to the terminal.
            if echoes, line.count > before { echo(byte >= 0x20 ? [byte] : [UInt8(ascii: "?")]) }
            if echoes, line.count < before {
                echo(byte == keys.kill ? Array("\r\n".utf8) : Array("\u{8} \u{8}".utf8))
            }
        }
    }

    private func echo(_ bytes: [UInt8]) {
        try? descriptor.descriptor.write(bytes, subject: "terminal")  // a terminal that is gone ends the reading
    }

    /// Reads one byte; nil when there is one.
    private func readByte(
        _ byte: inout UInt8, interruptedBy signals: SignalDescriptor?, until deadline: ContinuousClock.Instant
    ) -> NoSecret? {
        let number = descriptor.number
        var entries = [PollEntry(number)]
        if let signals { entries.append(PollEntry(signals.pollNumber)) }
        do throws(SystemError) {
            guard try poll(&entries, until: deadline) else { return .timedOut }
            if entries.count > 1, entries[1].isReadable, let signal = try signals?.next() { return .signalled(signal) }
            guard entries[0].isReadable else {
                return readByte(&byte, interruptedBy: signals, until: deadline)
            }
            // SAFETY: one byte is read into one byte.
            guard try systemCall("read", on: "terminal", { read(number, &byte, 1) }) == 1 else { return .ended }
            return nil
        } catch {
            return .failed(error)
        }
    }
}
