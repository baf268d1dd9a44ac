internal import Auditing
internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import PrivilegeBroker
private import Synchronization

/// Listens, gives each client a thread, and ends in order: what waits is refused, what runs may end by itself for a while.
package final class BrokerServer: Sendable {
    private let broker: Broker
    private let listeners: [ListeningUnixSocket]
    private let signals: SignalDescriptor
    private let served = Atomic(0)
    private let isOver = Mutex(false)
    private let workers = WorkerThreads()

    /// Takes the sockets that systemd opened, else makes the one of the configuration, and says in the log that the broker runs.
    ///
    /// Called before any other thread is started: signals are to come here alone.
    package init(_ configuration: BrokerConfiguration) throws(BrokerFailure) {
        signals = try BrokerFailure.system { () throws(SystemError) in
            try SignalDescriptor([RelayedSignal.terminate, .interrupt, .hangup].map { Int32($0.rawValue) })
        }
        let openFiles = try BrokerFailure.system { () throws(SystemError) in try CurrentProcess.raiseOpenFileLimit() }
        do throws(AuditError) { broker = try Broker(configuration, openFiles: openFiles) } catch {
            throw BrokerFailure("\(error)")
        }
        listeners = try BrokerFailure.system { () throws(SystemError) in
            let inherited = try ListeningUnixSocket.inherited()
            return inherited.isEmpty
                ? [try ListeningUnixSocket.listen(at: configuration.socketPath, permissions: 0o666)] : inherited
        }
        do throws(AuditError) { try broker.recordStart() } catch { throw BrokerFailure("\(error)") }
    }

    /// Serves until it is told to stop by SIGTERM or SIGINT. SIGHUP has the policies read again.
    package func run() throws(BrokerFailure) {
        let housekeeping = try BrokerFailure.system { () throws(SystemError) in try OwnThread { self.keepHouse() } }
        try BrokerFailure.system { () throws(SystemError) in
            var isStopping = false
            while !isStopping {
                var entries = listeners.map { PollEntry($0.pollNumber) } + [PollEntry(signals.pollNumber)]
                _ = try poll(&entries, until: nil)
                isStopping = try takeSignals()
                for (listener, entry) in zip(listeners, entries) where entry.isReadable { accept(from: listener) }
            }
        }
        stop()
        isOver.withLock { $0 = true }
        housekeeping.join()
    }

    /// True when the broker is to stop.
    private func takeSignals() throws(SystemError) -> Bool {
        var isStopping = false
        while let signal = try signals.next() {
            if signal == Int32(RelayedSignal.hangup.rawValue) { broker.reloadPolicy() } else { isStopping = true }
        }
        return isStopping
    }

    private func accept(from listener: ListeningUnixSocket) {
        guard let connection = try? listener.accept(until: .now) else {
            // No descriptor or no memory is left, else the client has gone: there will be room when others end.
            pause(.milliseconds(10))
            return
        }
        // A client that has gone already is not answered.
        guard let user = (try? connection.peerUser()).map({ UserID($0) }) else { return }
        // Before it has a thread, and before anything of it is read: who is refused costs nobody else anything.
        if let refusal = broker.admit(user) { return refuse(connection, refusal) }
        served.add(1, ordering: .relaxed)
        do throws(SystemError) {
            try workers.run { [self] in
                // Whoever cannot be identified is not spoken to.
                guard let server = try? ConnectionServer(connection, broker: broker) else {
                    return broker.dismiss(user)
                }
                let share = server.share
                if share != user, let refusal = broker.recount(user, in: share) {
                    refuse(connection, refusal)
                } else {
                    server.serve()
                }
                broker.dismiss(share)
            }
        } catch {
            broker.dismiss(user)
            refuse(connection, Refusal(code: .expired, text: "\(error)", remedy: "try again later"))
        }
    }

    /// Says why a client is not served. What it does not take at once it is not told: nobody waits for it.
    private func refuse(_ connection: UnixConnection, _ refusal: Refusal) {
        let messages: [ServerMessage] = [.hello(Hello(program: ConnectionServer.program)), .refused(refusal)]
        guard let bytes = try? messages.flatMap({ message throws(ProtocolError) in try message.encoded() }) else {
            return
        }
        _ = try? connection.sendAvailable(bytes[...])
    }

    private func keepHouse() {
        var (before, trimmed) = (0, 0)
        while !isOver.withLock(\.self) {
            broker.keepHouse(at: .now())
            // Once nobody has come for a while, and not between two commands of a script, which would only ask for the memory again.
            let served = served.load(ordering: .relaxed)
            if broker.connectionCount == 0, served == before, served != trimmed {
                CurrentProcess.releaseFreeMemory()
                trimmed = served
            }
            before = served
            pause(.milliseconds(500))
        }
    }

    private func pause(_ duration: Duration) {
        var nothing: [PollEntry] = []
        // Without files to wait for nothing but the time can end it.
        _ = try? poll(&nothing, until: .now + duration)
    }

    /// Lets what runs end by itself for a while, unless it is told once more to stop; then hangs it up.
    private func stop() {
        broker.stop()
        let limits = broker.configuration.limits
        waitForCommands(until: .now + limits.drain, isImpatient: true)
        broker.hangUpAll()
        waitForCommands(until: .now + limits.grace + .seconds(5), isImpatient: false)
        // The log is closed either way.
        try? broker.recordStop()
    }

    private func waitForCommands(until deadline: ContinuousClock.Instant, isImpatient: Bool) {
        while broker.runningCount > 0, deadline > .now {
            var entries = isImpatient ? [PollEntry(signals.pollNumber)] : []
            _ = try? poll(&entries, until: min(deadline, .now + .milliseconds(50)))
            if isImpatient, (try? takeSignals()) == true { return }
        }
    }
}

/// Why the broker cannot serve.
package struct BrokerFailure: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    static func system<Result: ~Copyable>(_ body: () throws(SystemError) -> Result) throws(BrokerFailure) -> Result {
        do throws(SystemError) { return try body() } catch { throw BrokerFailure("\(error)") }
    }
}
