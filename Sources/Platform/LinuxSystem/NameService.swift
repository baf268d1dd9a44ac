private import CLinux

/// Looks up names and addresses as this host's programs see them: `/etc/hosts` first, then the name servers of resolv.conf(5).
///
/// Other sources that nsswitch.conf(5) may name are not asked: they give no time for which an answer holds.
package struct NameService: Sendable {
    /// What a look-up found, and for how many seconds it holds.
    package struct Answer<Value: Sendable & Hashable>: Sendable, Hashable {
        package var values: [Value]
        package var timeToLive: Int
    }

    /// Why a look-up found nothing out. That a name does not exist is an answer, an empty one.
    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case noAnswer, refused, malformed

        package var description: String {
            switch self {
            case .noAnswer: "no name server answered"
            case .refused: "the name server could not say"
            case .malformed: "the name server's answer is not a DNS message"
            }
        }
    }

    private let hosts: HostsFile
    private let query: @Sendable (String, DNSMessage.RecordType) -> Result<[UInt8], QueryError>

    enum QueryError: Error {
        case noSuchRecord
        case failure(Failure)
    }

    /// How long an answer holds that has no time of its own: a name that does not exist, a line of `/etc/hosts`.
    static let otherTimeToLive = 60

    /// - Parameter secondsAServer: how long each name server is waited for.
    package init(secondsAServer: Int = 2) {
        // Without the file there are no names in it.
        let text = (try? FileTree().text(of: "/etc/hosts", limit: 1 << 20)) ?? ""
        self.init(hosts: HostsFile(parsing: text)) { name, type in Self.ask(name, type, seconds: secondsAServer) }
    }

    init(
        hosts: HostsFile, query: @escaping @Sendable (String, DNSMessage.RecordType) -> Result<[UInt8], QueryError>
    ) {
        self.hosts = hosts
        self.query = query
    }

    /// All IPv4 and IPv6 addresses of a name, 4 or 16 bytes each; none when it does not exist or has none.
    package func addresses(of name: String) throws(Failure) -> Answer<[UInt8]> {
        if let listed = hosts.addresses[name] { return Answer(values: listed, timeToLive: Self.otherTimeToLive) }
        var answer = Answer<[UInt8]>(values: [], timeToLive: .max)
        for type in [DNSMessage.RecordType.a, .aaaa] {
            let found = try records(of: name, type)
            answer.timeToLive = min(answer.timeToLive, found.timeToLive)
            for case .address(let address) in found.values { answer.values.append(address) }
        }
        return answer
    }

    /// The names an address gives for itself. An address may claim any name: only one that has the address in turn is its own.
    package func names(of address: [UInt8]) throws(Failure) -> Answer<String> {
        if let listed = hosts.names[address] { return Answer(values: listed, timeToLive: Self.otherTimeToLive) }
        let found = try records(of: Self.reverseName(of: address), .pointer)
        var answer = Answer<String>(values: [], timeToLive: found.timeToLive)
        for case .name(let name) in found.values { answer.values.append(name) }
        return answer
    }

    private func records(
        of name: String, _ type: DNSMessage.RecordType
    ) throws(Failure) -> (values: [DNSMessage.Value], timeToLive: Int) {
        switch query(name, type) {
        case .success(let bytes):
            guard let message = DNSMessage(parsing: bytes) else { throw .malformed }
            let found = message.values(of: name, type: type)
            return (found.values, found.timeToLive ?? Self.otherTimeToLive)
        case .failure(.noSuchRecord): return ([], Self.otherTimeToLive)
        case .failure(.failure(let failure)): throw failure
        }
    }

    /// The name under which an address is looked up (RFC 1035 §3.5, RFC 3596 §2.5).
    static func reverseName(of address: [UInt8]) -> String {
        if address.count == 4 { return address.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa" }
        let nibbles = address.reversed().flatMap { [$0 & 15, $0 >> 4] }
        return nibbles.map { String($0, radix: 16) }.joined(separator: ".") + ".ip6.arpa"
    }

    private static func ask(
        _ name: String, _ type: DNSMessage.RecordType, seconds: Int
    ) -> Result<[UInt8], QueryError> {
        var answer = [UInt8](repeating: 0, count: 64 << 10)
        let length = answer.withUnsafeMutableBytes {
            // SAFETY: at most `count` bytes are written, and DNS messages have no more than 65,535.
            bailey_name_query(name, Int32(type.rawValue), Int32(seconds), $0.baseAddress, Int32($0.count))
        }
        switch length {
        case 0...: return .success(Array(answer.prefix(Int(length))))
        case -1, -4: return .failure(.noSuchRecord)
        case -2: return .failure(.failure(.noAnswer))
        default: return .failure(.failure(.refused))
        }
    }
}
