private import CLinux
private import Glibc
private import Synchronization

/// What was learnt about one name or address.
package struct NameLookup: Sendable, Hashable {
    /// IPv4 addresses as 4 bytes, IPv6 addresses as 16; of a reverse lookup none.
    package var addresses: [[UInt8]] = []
    /// The names an address gives itself; anybody may claim any, so they count only when they lead back to it.
    package var names: [String] = []
    /// How long it may be kept.
    package var secondsToLive: UInt32 = 0
    /// Why nothing, or not everything, was learnt; nil when the answer is whole.
    package var failure: String?
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
    package func addresses(of names: [String]) -> [NameLookup] { lookUp(names, forward) }

    /// The names that each address (4 or 16 bytes) gives itself, in the order of the addresses.
    package func names(of addresses: [[UInt8]]) -> [NameLookup] { lookUp(addresses, reverse) }

    private func forward(_ name: String) -> NameLookup {
        let known = hosts.addresses(of: name)
        if !known.isEmpty { return NameLookup(addresses: known, secondsToLive: HostsFile.secondsToLive) }
        var result = NameLookup(secondsToLive: .max)
        var reasons: [Int] = []
        for type in [bailey_dns_A, bailey_dns_AAAA] {
            switch ask(name, type: Int32(type)) {
            case .failure(let reason): reasons.append(reason.code)
            case .success(let answer):
                result.addresses += answer.addresses
                result.secondsToLive = min(result.secondsToLive, answer.secondsToLive)
                if answer.isIncomplete { result.failure = "the answer of the name server is not whole" }
            }
            // A name that does not exist has no records of the other type either, and a silent server will stay silent.
            if let last = reasons.last, last != bailey_dns_no_data { break }
        }
        if result.failure == nil { result.failure = failure(reasons, isEmpty: result.addresses.isEmpty) }
        if result.addresses.isEmpty { result.secondsToLive = 0 }
        return result
    }

    private func reverse(_ address: [UInt8]) -> NameLookup {
        let known = hosts.names(of: address)
        if !known.isEmpty { return NameLookup(names: known, secondsToLive: HostsFile.secondsToLive) }
        switch ask(Self.reverseName(of: address), type: Int32(bailey_dns_PTR)) {
        case .success(let answer):
            // An address of a shared host may have hundreds; eight are plenty to find the one a rule means.
            return NameLookup(
                names: Array(answer.names.prefix(8)), secondsToLive: answer.secondsToLive,
                failure: answer.isIncomplete && answer.names.isEmpty
                    ? "the answer of the name server is not whole" : nil)
        case .failure(let reason): return NameLookup(failure: failure([reason.code], isEmpty: true))
        }
    }

    private struct Reason: Error { var code: Int }

    private func ask(_ name: String, type: Int32) -> Result<NameAnswer, Reason> {
        var answer = [UInt8](repeating: 0, count: 4096)
        // SAFETY: the resolver writes at most the capacity it is given; its state is its own (res_nquery(3)).
        let size = bailey_dns_query(name, type, seconds, attempts, &answer, Int32(answer.count))
        return size < 0 ? .failure(Reason(code: Int(size))) : .success(NameAnswer(Array(answer[..<Int(size)])))
    }

    /// Having no records of one type is no failure of a name that has some of the other.
    private func failure(_ reasons: [Int], isEmpty: Bool) -> String? {
        switch reasons.last {
        case bailey_dns_no_name: "there is no such name"
        case bailey_dns_try_again: "the name servers did not answer"
        case bailey_dns_no_data where isEmpty: "it has no address"
        case nil where isEmpty: "it has no address"
        case nil, bailey_dns_no_data: nil
        default: "the name servers could not answer"
        }
    }

    /// Each question on one of a few threads, until the patience ends.
    private func lookUp<Question: Sendable>(
        _ questions: [Question], _ ask: @escaping @Sendable (Question) -> NameLookup
    ) -> [NameLookup] {
        let unasked = NameLookup(failure: "there was no time left to look it up")
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
        var answers: [NameLookup]
    }

    private let state: Mutex<State>
    private let end: ContinuousClock.Instant

    init(answers: [NameLookup], end: ContinuousClock.Instant) {
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

    func put(_ answer: NameLookup, at index: Int) { state.withLock { $0.answers[index] = answer } }
    var answers: [NameLookup] { state.withLock { $0.answers } }
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
