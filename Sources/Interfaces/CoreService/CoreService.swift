internal import APIAccess
internal import APIServer
internal import Auditing
internal import CaseManagement
internal import HTTPServer
internal import LinuxSystem
internal import LocalIntake
internal import Notifications
internal import Policies
internal import Storage
internal import Triage

import struct FoundationEssentials.Date

/// The program `bailey-core`: opens the store, takes alerts in over its local socket, keeps cases up, and ends when it is told to. SIGHUP has
/// it read its playbooks and the index of ATT&CK anew.
///
///     bailey-core [--state DIR] [--policies DIR] [--socket PATH] [--settings FILE] [--listen PLACE]…
package enum CoreService {
    private static let upkeepInterval = Duration.seconds(60)
    /// Asks for what changed to be read at once, not with the next upkeep.
    private static let hangUp: Int32 = 1

    package static func main() -> Never {
        CurrentProcess.prepareStandardStreams()
        guard let options = CoreOptions(CommandLine.arguments.dropFirst()) else { fail(CoreOptions.usage, status: 2) }
        do throws(StorageError) { try run(options) } catch { fail(error.description, status: 3) }
        CurrentProcess.end(status: 0)
    }

    private static func fail(_ text: String, status: Int32) -> Never {
        say(text)
        CurrentProcess.end(status: status)
    }

    static func say(_ text: String) {
        // Where the error stream is gone, there is nobody left to tell.
        try? StandardStream.error.write(Array("bailey-core: \(text)\n".utf8))
    }

    private static func run(_ options: CoreOptions) throws(StorageError) {
        let clock = { @Sendable in EventTime(Date.now) }
        let state = options.state
        do throws(SystemError) {
            // Before any other thread is: they inherit that these come here alone.
            let signals = try SignalDescriptor([hangUp, 2, 15])
            let tokens = TokenRegister(APITokenFile(in: state))
            let settings = checkedSettings(options, tokens, now: clock().milliseconds / 1000)
            // A second core beside one that runs ends here, and at the places to listen: before either has changed anything.
            let lock = try locked(state)
            defer { withExtendedLifetime(lock) {} }
            let queue = try opened(state, clock)
            // Made now and not with the first evidence, so that people can take the public key away before there is any.
            do throws(AuditError) { _ = try EvidenceKey.load(in: state) } catch {
                say("evidence cannot be signed: \(error)")
            }
            let core = try Core(queue, catalogue: NoTechniques(), clock: clock)
            let failures = BoundedLog(perMinute: 6, burst: 5) { say($0) }
            let server = try IntakeServer(path: options.socket, core: core, failed: { failures.note($0) })
            var files = CoreFiles(options)
            files.readFirst(into: core)
            let api = started(core, options, settings, tokens)
            let delivery = try startedDelivery(of: queue, options, clock)
            // Whoever started it waits for this line.
            let announced = ["ready \(options.socket)"] + api.addresses.map { "api \($0)" }
            // Nobody who waits is no reason not to serve.
            try? StandardStream.output.write(Array((announced.joined(separator: "\n") + "\n").utf8))
            try serve(server, signals, core, files, failures)
            api.stop()
            delivery.stop()
            queue.close()
        } catch { throw .system(error) }
    }

    private static func checkedSettings(
        _ options: CoreOptions, _ tokens: TokenRegister, now: Int64
    ) -> CoreServicePolicy {
        let check = StartCheck(options: options, tokens: tokens, now: now)
        do throws(StartRefusal) {
            let settings = try check.settings()
            let problems = check.problems(with: settings)
            guard settings.mode == .development || problems.isEmpty else { throw StartRefusal(problems: problems) }
            for problem in problems { say(problem) }
            return settings
        } catch {
            for problem in error.problems { say(problem) }
            fail("not started: \(error.problems.count == 1 ? "see the line above" : "see the lines above")", status: 3)
        }
    }

    private static func started(
        _ core: Core, _ options: CoreOptions, _ policy: CoreServicePolicy, _ tokens: TokenRegister
    ) -> APIService {
        var settings = APISettings()
        settings.hosts = policy.hosts
        settings.requestsPerMinute = policy.requestsPerMinute
        settings.lockout = FailureLockout.Limits(failures: policy.lockoutFailures, window: policy.lockoutWindow)
        let places = options.listen ?? policy.listen ?? [.unix(path: "\(options.state)/api.sock")]
        let file = AlertsPolicyFile(of: options)
        do throws(HTTPServerError) {
            return try APIService(
                core: core, state: options.state, tokens: tokens, settings: settings,
                addresses: places.map(HTTPAddress.init), rules: { file.rules() }, log: { say($0) })
        } catch { fail(error.description, status: 3) }
    }

    private static func locked(_ state: String) throws(SystemError) -> CoreLock {
        do throws(SystemError) {
            return CoreLock(lock: try FileLock(path: "\(state)/core.lock", patience: .zero))
        } catch {
            guard error.code == .wouldBlock else { throw error }
            fail(
                "another bailey-core serves \(state): end that one first, or name another directory with --state",
                status: 3)
        }
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
        of queue: WriteQueue, _ options: CoreOptions, _ clock: @escaping @Sendable () -> EventTime
    ) throws(SystemError) -> AlertDelivery {
        let file = AlertsPolicyFile(of: options)
        let delivery = AlertDelivery(
            Outbox(queue, clock: clock), clock: clock, rules: { file.rules() }, say: { say($0) })
        do throws(StorageError) { try delivery.start() } catch { fail(error.description, status: 3) }
        return delivery
    }

    private static func serve(
        _ server: IntakeServer, _ signals: SignalDescriptor, _ core: Core, _ files: CoreFiles,
        _ failures: BoundedLog
    ) throws(SystemError) {
        var files = files
        var nextUpkeep = ContinuousClock.now
        while true {
            var entries = [PollEntry(server.pollNumber), PollEntry(signals.pollNumber)]
            _ = try poll(&entries, until: nextUpkeep)
            if entries[1].isReadable, let signal = try signals.next() {
                guard signal == hangUp else { return }
                files.readAnew(into: core)
            }
            if core.queue.foundDamage {
                // A file that is damaged takes nothing more in; a new one does, and the next start makes it.
                fail("the database was found damaged: ending, for the next start to keep it aside", status: 4)
            }
            if entries[0].isReadable {
                // No descriptor or no thread left for one producer is no reason to end for all.
                do throws(SystemError) { try server.acceptNext() } catch {
                    failures.note("a producer was not served: \(error)")
                    var others = [PollEntry(signals.pollNumber)]
                    _ = try poll(&others, until: .now + .milliseconds(100))
                }
            }
            if ContinuousClock.now >= nextUpkeep {
                nextUpkeep = .now + upkeepInterval
                files.readAnew(into: core)
                do throws(StorageError) { _ = try core.upkeep() } catch { say(error.description) }
            }
        }
    }
}
