private import CLinux
private import Glibc
private import Synchronization

/// What was learnt about one name or address.
package struct NameRecords: Sendable, Hashable {
    /// Why nothing, or not everything, was learnt.
    package enum Failure: String, Sendable, Error {
        case noSuchName = "there is no such name"
        case noRecords = "it has no address"
        case noAnswer = "the name servers did not answer"
        case refused = "the name servers could not answer"
        case incomplete = "the answer of the name server is not whole"
        case noTime = "there was no time left to look it up"

        /// The name service has said that there is nothing; any other failure says nothing about the name.
        package var isAnswer: Bool { self == .noSuchName || self == .noRecords }
    }

    /// IPv4 addresses as 4 bytes, IPv6 addresses as 16; of a reverse lookup none.
    package var addresses: [[UInt8]] = []
    /// The names an address gives itself; anybody may claim any, so they count only when they lead back to it.
    package var names: [String] = []
    /// How long it may be kept.
    package var secondsToLive: UInt32 = 0
    /// Nil when the answer is whole.
    package var failure: Failure?
}

/// Looks names up: the hosts file first, then the DNS servers of resolv.conf(5), each question bounded in time and many at once.
package struct NameResolver: Sendable {
    /// How long a server is waited for, in seconds; the servers, three at most, are asked in turn.
    package var seconds: Int32 = 1
    /// How often all of them are asked.
    package var attempts: Int32 = 2
    /// After this much time in all nothing more is asked.
    package var patience: Duration = .seconds(5)
    /// Questions at the same time.
    package var parallelism = 16
    private let hosts: HostsFile

    /// - Parameter hosts: what goes before DNS; see `hostsFile()`.
    package init(hosts: HostsFile) { self.hosts = hosts }

    /// This host's own table; one that cannot be read is empty, and DNS answers alone.
    package static func hostsFile() -> HostsFile {
        // Failing to read it means that names are asked of DNS, which is what programs do then too.
        guard let lines = try? FileTree().lines(of: "/etc/hosts", limit: 4 << 20) else { return HostsFile() }
        return HostsFile(parsing: lines, address: bytes)
    }

    /// All A and AAAA records of each name, in the order of the names.
    package func addresses(of names: [String]) -> [NameRecords] { lookUp(names, forward) }

    /// The names that each address (4 or 16 bytes) gives itself, in the order of the addresses.
    package func names(of addresses: [[UInt8]]) -> [NameRecords] { lookUp(addresses, reverse) }

    private func forward(_ name: String) -> NameRecords {
        let known = hosts.addresses(of: name)
        if !known.isEmpty { return NameRecords(addresses: known, secondsToLive: HostsFile.secondsToLive) }
        var result = NameRecords(secondsToLive: .max)
        var reasons: [NameRecords.Failure] = []
        for type in [bailey_dns_A, bailey_dns_AAAA] {
            switch ask(name, type: type) {
            case .failure(let reason): reasons.append(reason)
            case .success(let answer):
                result.addresses += answer.addresses
                result.secondsToLive = min(result.secondsToLive, answer.secondsToLive)
                if answer.isIncomplete { reasons.append(.incomplete) }
            }
            // A name that does not exist has no records of the other type either, and a silent server will stay silent.
            if let last = reasons.last, last != .noRecords, last != .incomplete { break }
        }
        // To have no records of one type is no failure of a name that has some of the other.
        result.failure = reasons.first { $0 != .noRecords } ?? (result.addresses.isEmpty ? .noRecords : nil)
        if result.addresses.isEmpty { result.secondsToLive = 0 }
        return result
    }

    private func reverse(_ address: [UInt8]) -> NameRecords {
        let known = hosts.names(of: address)
        if !known.isEmpty { return NameRecords(names: known, secondsToLive: HostsFile.secondsToLive) }
        switch ask(Self.reverseName(of: address), type: bailey_dns_PTR) {
        case .success(let answer):
            // An address of a shared host may have hundreds; eight are plenty to find the one a rule means.
            return NameRecords(
                names: Array(answer.names.prefix(8)), secondsToLive: answer.secondsToLive,
                failure: answer.isIncomplete && answer.names.isEmpty ? .incomplete : nil)
        case .failure(let reason): return NameRecords(failure: reason)
        }
    }

    private func ask(_ name: String, type: Int) -> Result<NameAnswer, NameRecords.Failure> {
        var answer = [UInt8](repeating: 0, count: 4096)
        // SAFETY: the resolver writes at most the capacity it is given; its state is its own (res_nquery(3)).
        let size = bailey_dns_query(name, Int32(type), seconds, attempts, &answer, Int32(answer.count))
        switch Int(size) {
        case 0...: return .success(NameAnswer(Array(answer[..<Int(size)])))
        case bailey_dns_no_name: return .failure(.noSuchName)
        case bailey_dns_no_data: return .failure(.noRecords)
        case bailey_dns_try_again: return .failure(.noAnswer)
        default: return .failure(.refused)
        }
    }

    /// Each question on one of a few threads, until the patience ends.
    private func lookUp<Question: Sendable>(
        _ questions: [Question], _ ask: @escaping @Sendable (Question) -> NameRecords
    ) -> [NameRecords] {
        let unasked = NameRecords(failure: .noTime)
        let work = LookupWork(answers: .init(repeating: unasked, count: questions.count), end: .now + patience)
        var threads = ThreadList()
        for _ in 0..<min(parallelism, questions.count) {
            threads.start {
                while let index = work.take() { work.put(ask(questions[index]), at: index) }
            }
        }
        threads.join()
        return work.answers
    }

    /// `7.2.0.192.in-addr.arpa` (RFC 1035 §3.5) or the nibbles of `ip6.arpa` (RFC 3596 §2.5).
    static func reverseName(of address: [UInt8]) -> String {
        if address.count == 4 { return address.reversed().map { "\($0)." }.joined() + "in-addr.arpa" }
        let nibbles = address.reversed().flatMap { [$0 & 15, $0 >> 4] }
        return nibbles.map { String($0, radix: 16) + "." }.joined() + "ip6.arpa"
    }

    /// The bytes of an address in text form.
    private static func bytes(_ text: Substring) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let text = String(text)
        // SAFETY: inet_pton(3) writes 4 or 16 bytes; the buffer has 16.
        if inet_pton(AF_INET, text, &buffer) == 1 { return Array(buffer[..<4]) }
        return inet_pton(AF_INET6, text, &buffer) == 1 ? buffer : nil
    }
}

/// Questions handed out one after the other, and their answers.
private final class LookupWork: Sendable {
    private struct State {
        var next = 0
        var answers: [NameRecords]
    }

    private let state: Mutex<State>
    private let end: ContinuousClock.Instant

    init(answers: [NameRecords], end: ContinuousClock.Instant) {
        state = Mutex(State(answers: answers))
        self.end = end
    }

    /// The next question to ask; nil when there is none, or no time.
    func take() -> Int? {
        state.withLock { state in
            guard state.next < state.answers.count, .now < end else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func put(_ answer: NameRecords, at index: Int) { state.withLock { $0.answers[index] = answer } }
    var answers: [NameRecords] { state.withLock { $0.answers } }
}

/// Threads that are all waited for.
private struct ThreadList: ~Copyable {
    private var head: Node?

    private final class Node {
        private var thread: OwnThread<Void>?
        let next: Node?

        init(_ thread: consuming OwnThread<Void>, next: Node?) {
            self.thread = consume thread
            self.next = next
        }

        func join() { thread.take()?.join() }
    }

    /// Without a thread to spare the body runs here.
    mutating func start(_ body: @escaping @Sendable () -> Void) {
        do throws(SystemError) {
            head = Node(try OwnThread(body), next: head)
        } catch {
            body()
        }
    }

    mutating func join() {
        while let node = head {
            node.join()
            head = node.next
        }
    }
}
