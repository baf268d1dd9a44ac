import LinuxSystem
import Synchronization

@testable import Commands

/// A console whose output a test reads.
final class RecordedConsole {
    private(set) var output = ""
    private(set) var error = ""

    func console(isTerminal: Bool = false) -> Console {
        Console(
            output: { bytes throws(SystemError) in self.output += String(decoding: bytes, as: UTF8.self) },
            error: { bytes throws(SystemError) in self.error += String(decoding: bytes, as: UTF8.self) },
            isOutputTerminal: isTerminal, isErrorTerminal: isTerminal)
    }
}
