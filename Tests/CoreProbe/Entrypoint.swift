import AttackRetrieval
import CaseManagement
import LinuxSystem
import SQLite
import Storage
import TechniqueLookup
import Triage

import struct FoundationEssentials.Date

/// Measures the core's store as producers load it.
///
///     CoreProbe fill STATE COUNT                 stores so many different alerts, in large batches
///     CoreProbe grow STATE TIMES                 multiplies what is stored, beneath the core: a million in a minute
///     CoreProbe new STATE SECONDS                alerts a second when every text is new, in batches of 500, and how many they were
///     CoreProbe stream STATE SECONDS             the same, nine in ten of which repeat
///     CoreProbe post STATE CLIENTS SECONDS RATE  single posts side by side to the bailey-core that serves STATE on api.sock in it, with
///                                                the token that the file `token` there has: RATE of them a second in all, or as many
///                                                as go with 0. How many those were, and the median and the 99th percentile in
///                                                milliseconds; those of the first second, in which everything is read for the first
///                                                time, do not count
///     CoreProbe read STATE                       milliseconds to open, to list, to summarise, for key figures
///
/// Each but `read` prints one line of numbers.
@main enum Entrypoint {
    static func main() {
        do {
            try run()
        } catch {
            print(error)
            CurrentProcess.end(status: 1)
        }
    }

    private static func run() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else { throw ProbeError(text: "MODE STATE …") }
        let number = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
        switch arguments[0] {
        case "fill": try fill(try core(arguments[1]), count: number)
        case "grow": print(try StoreGrowth(DatabaseFile(in: arguments[1])).multiply(by: number))
        case "new": try rate(try core(arguments[1]), seconds: number, newOf: 1)
        case "stream": try rate(try core(arguments[1]), seconds: number, newOf: 10)
        case "post":
            let more = arguments.dropFirst(3).compactMap { Int($0) }
            guard more.count == 2 else { throw ProbeError(text: "post STATE CLIENTS SECONDS RATE") }
            try post(to: arguments[1], clients: number, seconds: more[0], rate: more[1])
        case "read": try read(arguments[1])
        default: throw ProbeError(text: "unknown mode")
        }
    }

    private static func core(_ state: String) throws -> Core {
        let clock = { @Sendable in EventTime(Date.now) }
        return try Core(
            WriteQueue(DatabaseFile(in: state), now: clock().milliseconds), catalogue: techniques, clock: clock)
    }

    private static let techniques = AttackTechniques(index)
    private static let index: AttackIndex = {
        do { return try InstalledAttackIndex().index } catch { preconditionFailure("\(error)") }
    }()

    /// Words that ATT&CK has, so that looking for a text's techniques costs what it does for real ones.
    private static let words: [String] = {
        let names = index.catalogue.techniques.flatMap { $0.name.split { !$0.isLetter } }
        return Set(names.filter { $0.utf8.count > 3 }.map { $0.lowercased() }).sorted()
    }()

    /// A Wazuh alert; everything in it that tells alerts apart follows from `number`. Its text has six of some thousand words, so that no
    /// two are looked up alike. Hosts, users and addresses come from large sets, so that some cases grow and most stay small.
    static func alert(_ number: Int, event: Int) -> String {
        var spread = UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15
        let (a, b, c) = (spread >> 8 & 0xff, spread >> 16 & 0xff, 1 + spread >> 24 & 0x7f)
        let text = (0..<6).map { _ in
            spread = (spread ^ spread >> 29) &* 0xbf58_476d_1ce4_e5b9
            return words[Int(spread >> 33) % words.count]
        }
        let user = "u" + String(spread >> 40, radix: 36)
        return """
            {"id":"\(event).\(number)","rule":{"id":"\(5700 + number % 400)","level":\([3, 5, 8, 10][number & 3]),"description":"service \(text[0]) \(text[1]) refused a request for \(text[2])","groups":["syslog"],"mitre":{"id":["T1110"]}},"agent":{"id":"\(number % 500)","name":"srv-\(number % 500)","ip":"10.1.\(number % 200).7"},"full_log":"Mar  1 12:00:00 srv sshd[\(event % 30000)]: refused \(text[3]) \(text[4]) from 45.\(a).\(b).\(c) port \(event % 60000): \(text[5])","data":{"srcip":"45.\(a).\(b).\(c)","srcport":"\(event % 60000 + 1)","dstuser":"\(user)"},"location":"/var/log/auth.log"}
            """
    }

    private static func send(_ core: Core, _ lines: [String]) throws -> Int {
        let outcomes = try core.ingest(SubmittedAlerts(parsing: Array(lines.joined(separator: "\n").utf8)))
        guard outcomes.allSatisfy({ $0.status.code < 300 }) else { throw ProbeError(text: "an alert was refused") }
        return outcomes.count
    }

    private static func stored(_ core: Core) throws -> Int { try StoreReader(core.queue.file).tallies()["alerts"] ?? 0 }

    private static func fill(_ core: Core, count: Int) throws {
        var number = try stored(core)
        while number < count {
            let end = min(number + 1_000, count)
            _ = try send(core, (number..<end).map { alert($0, event: $0) })
            number = end
        }
        print(number)
    }

    /// Two producers side by side, so that one reads while the other's batch is written.
    private static func rate(_ core: Core, seconds: Int, newOf: Int) throws {
        let next = Monitor(try stored(core) + 10_000_000)
        let began = ContinuousClock.now
        let counts = try together(2) { () -> Int in
            var count = 0
            while ContinuousClock.now < began + .seconds(seconds) {
                let first = next.withLock { next in
                    defer { next += 500 }
                    return next
                }
                let lines = (first..<(first + 500)).map { alert(newOf == 1 ? $0 : $0 - $0 % newOf, event: $0) }
                guard let sent = try? send(core, lines) else { return -1_000_000_000 }
                count += sent
            }
            return count
        }
        let total = counts.reduce(0, +)
        guard total > 0 else { throw ProbeError(text: "storing failed") }
        print(Int(Double(total) / (began.duration(to: .now) / .seconds(1))), total)
    }

    /// With a rate each client posts at times of its own, spread evenly, and what it waits for counts from then on: one that is held up
    /// does not hide what the next had waited.
    private static func post(to state: String, clients: Int, seconds: Int, rate: Int) throws {
        let token = try FileTree().contents(of: "\(state)/token", limit: 1_000)
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        let secret = String(decoding: token.split(whereSeparator: isBlank).first ?? [], as: UTF8.self)
        // Alerts that no run before posted, more than can be: to make them is not the core's work.
        let first = Int(EventTime(Date.now).milliseconds) * 1_000_000
        let bodies = (0..<((rate > 0 ? rate : 5_000) * (seconds + 2))).map { Array(alert(first + $0, event: $0).utf8) }
        let next = Monitor((alert: 0, client: 0))
        let began = ContinuousClock.now
        let warm = began + .seconds(1)
        let pause: Duration = rate > 0 ? .seconds(clients) / rate : .zero
        let times = try together(clients) { () -> [Double] in
            guard let client = try? PostingClient(to: "\(state)/api.sock", token: secret) else { return [.infinity] }
            var times: [Double] = []
            var due =
                began + pause
                * next.withLock { next in
                    next.client += 1
                    return Double(next.client) / Double(clients)
                }
            while ContinuousClock.now < warm + .seconds(seconds) {
                if rate > 0 { _ = next.wait(until: due) { _ -> Bool? in nil } }
                let number = next.withLock { next in
                    next.alert += 1
                    return next.alert
                }
                let start = rate > 0 ? due : ContinuousClock.now
                guard (try? client.post(bodies[number % bodies.count])) == 201 else { return [.infinity] }
                if start >= warm { times.append(start.duration(to: .now) / .milliseconds(1)) }
                due += pause
            }
            return times
        }.flatMap { $0 }.sorted()
        guard let last = times.last, last.isFinite else { throw ProbeError(text: "the core did not take an alert") }
        let taken = Double(times.count) / (warm.duration(to: .now) / .seconds(1))
        print(Int(taken), times[times.count / 2], times[times.count * 99 / 100])
    }

    private static func read(_ state: String) throws {
        func time(_ body: () throws -> Void) rethrows -> Double {
            let start = ContinuousClock.now
            try body()
            return start.duration(to: .now) / .milliseconds(1)
        }
        var core: Core?
        let opening = try time { core = try Self.core(state) }
        guard let core else { return }
        let reader = try StoreReader(core.queue.file)
        var severe = CaseFilter()
        severe.severity = .high
        let newest = try time {
            _ = try reader.alerts(AlertFilter())
            _ = try reader.cases(severe)
        }
        // What nothing names makes a page look at as many alerts as one may.
        var unheardOf = AlertFilter()
        unheardOf.entity = "192.0.2.254"
        let search = try time { _ = try reader.alerts(unheardOf) }
        let summary = try time { _ = try reader.tallies() }
        let figures = try time { _ = try reader.keyFigures(.month, now: core.now) }
        print(opening, max(newest, search), summary, figures)
    }

    /// Runs the same on so many threads, and returns what each came to.
    private static func together<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable () -> Result) throws
        -> [Result]
    {
        guard count > 0 else { return [] }
        let thread = try OwnThread(body)
        let others = try together(count - 1, body)
        return others + [thread.join()]
    }
}

struct ProbeError: Error { let text: String }
