import HostModel
import LinuxSystem
import Policies
import Synchronization

import struct FoundationEssentials.Date

/// Asks the name service what the egress allowlist needs to know, several names at a time.
///
/// A name server that does not answer may hold up a run for a few seconds and no more: what is not asked by then is a failure with that
/// reason, and so a gap.
struct NameLookup {
    private let now: Date
    private let service: NameService
    private let deadline: ContinuousClock.Instant
    private(set) var names = ResolvedNames()

    private static let threads = 8
    private static let patience = Duration.seconds(3)
    /// An answer is kept no longer than this, whatever its sender says.
    private static let longestTimeToLive = 24 * 3600

    init(now: Date, service: NameService = NameService()) {
        self.now = now
        self.service = service
        deadline = .now + Self.patience
    }

    /// Looks up the addresses of names.
    mutating func resolve(_ wanted: [HostName]) {
        let service = service
        let answers = inParallel(wanted) { name in
            Result { () throws(NameService.Failure) in try service.addresses(of: name.description) }
        }
        for name in wanted {
            switch answers[name] {
            case .success(let answer):
                names.forward[name] = .init(
                    addresses: answer.values.compactMap(IPAddress.init(bytes:)), expiresAt: expiry(answer.timeToLive))
            case .failure(let failure): names.failures[name] = failure.description
            case nil: names.failures[name] = "the name service took too long"
            }
        }
    }

    /// Looks up the names of addresses, and keeps those that have the address in turn.
    mutating func name(_ addresses: [IPAddress]) {
        let service = service
        let answers = inParallel(addresses) { address in
            Result { () throws(NameService.Failure) in try service.confirmedNames(of: address.bytes) }
        }
        for (address, answer) in answers {
            // What could not be looked up stays without an entry, which the report shows as a gap.
            guard case .success(let answer) = answer else { continue }
            names.reverse[address] = .init(
                names: answer.values.compactMap { HostName($0) }, expiresAt: expiry(answer.timeToLive))
        }
    }

    private func expiry(_ seconds: Int) -> Date {
        // A time to live of 0 is good for the question at hand.
        now.addingTimeInterval(Double(min(max(seconds, 1), Self.longestTimeToLive)))
    }

    /// The answers to those questions that were asked before the deadline.
    private func inParallel<Question: Hashable & Sendable, Answer: Sendable>(
        _ questions: [Question], _ ask: @escaping @Sendable (Question) -> Answer
    ) -> [Question: Answer] {
        let queue = QuestionQueue(questions)
        let deadline = deadline
        let work: @Sendable () -> [(Question, Answer)] = {
            var answers: [(Question, Answer)] = []
            while ContinuousClock.now < deadline, let question = queue.next() {
                answers.append((question, ask(question)))
            }
            return answers
        }
        return Dictionary(uniqueKeysWithValues: run(work, times: min(Self.threads, questions.count)))
    }

    /// Runs `work` on that many threads at once. Each starts the next, because a thread that has to be joined stands in no list.
    private func run<Item: Sendable>(_ work: @escaping @Sendable () -> [Item], times: Int) -> [Item] {
        guard times > 0 else { return [] }
        guard times > 1, let thread = try? OwnThread(work) else { return work() }  // without a thread this one does it all
        let others = run(work, times: times - 1)
        return thread.join() + others
    }
}

/// Hands each question to one thread.
private final class QuestionQueue<Question: Sendable>: Sendable {
    private let rest: Mutex<[Question]>

    init(_ questions: [Question]) { rest = Mutex(questions.reversed()) }

    func next() -> Question? { rest.withLock { $0.popLast() } }
}

extension NameService {
    /// The names an address gives for itself that have the address in turn (forward-confirmed reverse DNS).
    fileprivate func confirmedNames(of address: [UInt8]) throws(Failure) -> Answer<String> {
        var answer = try names(of: address)
        var confirmed: [String] = []
        // An address may give any number of names; a host has a handful.
        for name in answer.values.prefix(8) {
            let forward = try addresses(of: name)
            if forward.values.contains(address) { confirmed.append(name) }
            answer.timeToLive = min(answer.timeToLive, forward.timeToLive)
        }
        answer.values = confirmed
        return answer
    }
}

extension IPAddress {
    fileprivate init?(bytes: [UInt8]) {
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4: self.init(ipv4: UInt32(number(0..<4)))
        case 16: self.init(ipv6High: number(0..<8), low: number(8..<16))
        default: return nil
        }
    }

    /// 4 or 16 bytes in network order.
    fileprivate var bytes: [UInt8] {
        let halves = isIPv4 ? [low << 32] : [high, low]
        let all = halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        return isIPv4 ? Array(all.prefix(4)) : all
    }
}
