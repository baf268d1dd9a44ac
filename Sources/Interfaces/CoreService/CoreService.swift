internal import CaseManagement
internal import LinuxSystem
internal import LocalIntake
internal import Notifications
internal import Policies
internal import PrivilegeBroker
internal import Storage
internal import Triage

import struct FoundationEssentials.Date

/// The program `bailey-core`: opens the store, takes alerts in over its local socket, keeps cases up, and ends when it is told to.
///
///     bailey-core [--policies DIR] [--socket PATH] [--state DIR]
package enum CoreService {
    private static let usage = "usage: bailey-core [--policies DIR] [--socket PATH] [--state DIR]"
    private static let upkeepInterval = Duration.seconds(60)

    package static func main() -> Never {
        CurrentProcess.prepareStandardStreams()
        var (policies, state, socket): (String, String, String?) = ("/etc/bailey", "/var/lib/bailey", nil)
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst(), value.hasPrefix("/") else { fail(usage, status: 2) }
            switch option {
            case "--policies": policies = value
            case "--socket": socket = value
            case "--state": state = value
            default: fail(usage, status: 2)
            }
        }
        do throws(StorageError) {
            try run(policies: policies, state: state, socket: socket ?? "\(state)/core.sock")
        } catch { fail(error.description, status: 3) }
        CurrentProcess.end(status: 0)
    }

    private static func fail(_ text: String, status: Int32) -> Never {
        say(text)
        CurrentProcess.end(status: status)
    }

    private static func say(_ text: String) {
        // Where the error stream is gone, there is nobody left to tell.
        try? StandardStream.error.write(Array("bailey-core: \(text)\n".utf8))
    }

    private static func run(policies: String, state: String, socket: String) throws(StorageError) {
        let clock = { @Sendable in EventTime(Date.now) }
        do throws(SystemError) {
            // Before any other thread is: they inherit that these come here alone.
            let signals = try SignalDescriptor([2, 15])
            let queue = try opened(state, clock)
            let core = Core(queue, clock: clock)
            let delivery = try startedDelivery(of: queue, policies, clock)
            let server = try IntakeServer(path: socket, core: core)
            // Whoever started it waits for this line.
            try StandardStream.output.write(Array("ready \(socket)\n".utf8))
            try serve(server, signals, core)
            delivery.stop()
            queue.close()
        } catch { throw .system(error) }
    }

    private static func opened(_ state: String, _ clock: @Sendable () -> EventTime) throws(SystemError) -> WriteQueue {
        do throws(StorageError) {
            let queue = try WriteQueue(DatabaseFile(in: state), now: clock().milliseconds)
            if let kept = queue.keptAside {
                say("the database was damaged; it is kept at \(kept), and a new one is begun")
            }
            return queue
        } catch { fail(error.description, status: 3) }
    }

    /// Alerts out, beside ingestion and not in its way.
    private static func startedDelivery(
        of queue: WriteQueue, _ policies: String, _ clock: @escaping @Sendable () -> EventTime
    ) throws(SystemError) -> AlertDelivery {
        let file = AlertsPolicyFile(
            in: policies, ownership: TrustedOwnership(owners: [0, CurrentProcess.effectiveUserID]),
            host: KernelIdentity.current.hostname, references: .host)
        let delivery = AlertDelivery(
            Outbox(queue, clock: clock), clock: clock, rules: { file.rules() }, say: { say($0) })
        do throws(StorageError) { try delivery.start() } catch { fail(error.description, status: 3) }
        return delivery
    }

    private static func serve(_ server: IntakeServer, _ signals: SignalDescriptor, _ core: Core) throws(SystemError) {
        var nextUpkeep = ContinuousClock.now
        while true {
            var entries = [PollEntry(server.pollNumber), PollEntry(signals.pollNumber)]
            _ = try poll(&entries, until: nextUpkeep)
            if entries[1].isReadable, try signals.next() != nil { return }
            if entries[0].isReadable { try server.acceptNext() }
            if ContinuousClock.now >= nextUpkeep {
                nextUpkeep = .now + upkeepInterval
                do throws(StorageError) { _ = try core.upkeep() } catch { say(error.description) }
            }
        }
    }
}
