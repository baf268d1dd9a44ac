package import BrokerProtocol
internal import LinuxSystem

/// The client's end of a command's terminal: every key to the command, everything from the command to the screen. The mode it found is
/// back whenever it does not relay: when the command has ended or stopped, and when this object goes, whatever the reason.
package final class ClientTerminal {
    private let streams: ClientStreams
    /// Opened anew, so that not waiting for it is nobody else's trouble.
    private let screen: SharedDescriptor?
    /// It never reads what is typed.
    let isBackground: Bool
    private var mode: TerminalMode?
    private var unwritten: [UInt8] = []
    private var hasInputEnded = false

    /// From so much on that the screen has not taken, no more is read from the broker.
    private static let screenful = 256 << 10

    /// - Parameter isBackground: it never reads what is typed (`sudo -b`).
    package init(_ streams: ClientStreams, isBackground: Bool) {
        self.streams = streams
        self.isBackground = isBackground
        screen = Terminal.controllingWithoutWaiting() ?? streams.terminal
    }

    package var isRaw: Bool { mode != nil }
    package var size: TerminalSize? { streams.terminalSize }
    package var isCongested: Bool { unwritten.count >= Self.screenful }
    package var hasUnwritten: Bool { !unwritten.isEmpty }
    package var wantsInput: Bool { isRaw && !hasInputEnded }
    /// For an event loop; nil where there is no screen.
    package var pollNumber: Int32? { screen?.pollNumber }

    /// Takes the terminal over, where it is ours to take and what is typed is the command's.
    package func enter() throws(BrokerClientError) {
        guard !isRaw, !isBackground, streams.readTerminal, let screen, Terminal(screen).isOurs else { return }
        do throws(SystemError) {
            mode = try TerminalMode.raw(screen)
        } catch {
            throw .system(error)
        }
    }

    /// Gives it back as it was found.
    package func leave() { mode = nil }

    /// What has been typed; nil at its end, empty when there is nothing.
    package func typed() -> [UInt8]? {
        guard let screen else { return nil }
        // A terminal that fails is one that has gone.
        do throws(SystemError) {
            guard let bytes = try screen.readAvailable(limit: 16 << 10) else { return [] }
            if !bytes.isEmpty { return bytes }
        } catch {
            // The same as its end.
        }
        hasInputEnded = true
        return nil
    }

    package func show(_ bytes: [UInt8]) {
        unwritten += bytes
        flush()
    }

    /// Writes what the screen takes now.
    package func flush() {
        while !unwritten.isEmpty, let screen {
            guard let count = try? screen.writeAvailable(unwritten[...]) else {
                // A screen that has gone shows nothing; the command is told by SIGHUP.
                unwritten = []
                return
            }
            if count == 0 { return }
            unwritten.removeFirst(count)
        }
    }

    /// Writes the rest, as long as the screen takes some of it at all.
    package func finish() {
        while !unwritten.isEmpty, let screen {
            var entries = [PollEntry(screen.pollNumber, reading: false, writing: true)]
            guard (try? poll(&entries, until: .now + .seconds(10))) == true else { break }
            flush()
        }
        leave()
    }
}
