package import HostModel
import YAML

/// How `bailey-core` serves: `core.yaml`.
package struct CoreServicePolicy: Sendable, Hashable {
    package enum Mode: String, Sendable, CaseIterable {
        case development
        /// It refuses to start where something is not as it has to be for others to rely on it.
        case production
    }

    package enum Listener: Sendable, Hashable {
        case unix(path: String)
        case internet(IPAddress, port: UInt16)
    }

    package var mode = Mode.development
    /// Where the API is; nil leaves the core's own socket beside its database.
    package var listen: [Listener]?
    /// Names besides the addresses themselves that requests may say they are for, in lower case.
    package var hosts: Set<String> = []
    /// Whether addresses that others can reach may be listened on, though nothing is encrypted there.
    package var allowsPlainNetwork = false
    package var requestsPerMinute = 60_000
    package var lockoutFailures = 5
    package var lockoutWindow = Duration.seconds(15 * 60)

    package init() {}
}

extension CoreServicePolicy {
    package enum Key: String, PolicyKey {
        case schema, mode, listen, hosts
        case plainNetwork = "plain_http_from_network"
        case requestsPerMinute = "requests_per_minute"
        case lockout

        static let mappingName = "the core's settings"
    }

    package enum LockoutKey: String, PolicyKey {
        case failures, window

        static let mappingName = "the lock-out"
    }

    package init(parsing file: PolicyText) throws(PolicyErrors) {
        var decoder = PolicyDecoder(path: file.path)
        self.init()
        if let root = decoder.document(file.bytes), let mapping = decoder.mapping(root, of: Key.self) {
            decoder.checkSchema(.schema, in: mapping)
            if let node = mapping[.mode] { mode = decoder.choice(node, Key.mode, from: Mode.allCases) ?? mode }
            if let node = mapping[.plainNetwork] {
                allowsPlainNetwork = decoder.flag(node, Key.plainNetwork) ?? false
            }
            if let node = mapping[.listen] {
                listen = decoder.oneOrMore(node, Key.listen).compactMap { decoder.listener($0, allowsPlainNetwork) }
            }
            if let node = mapping[.hosts] {
                hosts = Set(decoder.list(node, Key.hosts).compactMap { decoder.hostName($0) })
            }
            if let node = mapping[.requestsPerMinute] {
                requestsPerMinute =
                    decoder.number(node, Key.requestsPerMinute, in: 1...100_000_000) ?? requestsPerMinute
            }
            if let node = mapping[.lockout] { readLockout(node, with: &decoder) }
            checkProduction(mapping, with: &decoder)
        }
        guard decoder.errors.isEmpty else { throw PolicyErrors(decoder.errors) }
    }

    private mutating func readLockout(_ node: YAMLNode, with decoder: inout PolicyDecoder) {
        guard let mapping = decoder.mapping(node, of: LockoutKey.self) else { return }
        if let node = mapping[.failures] {
            lockoutFailures = decoder.number(node, LockoutKey.failures, in: 1...1_000_000) ?? lockoutFailures
        }
        if let node = mapping[.window] {
            lockoutWindow = decoder.duration(node, LockoutKey.window) ?? lockoutWindow
        }
    }

    /// A lock-out that holds nobody back is for tests.
    private func checkProduction(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        guard mode == .production, let node = mapping[.lockout] else { return }
        if lockoutFailures > 20 || lockoutWindow < .seconds(60) {
            decoder.report(
                "in production a lock-out comes after at most 20 failures and lasts a minute or more",
                at: node.position)
        }
    }
}

extension PolicyDecoder {
    /// `unix:/run/bailey-core/api.sock`, `127.0.0.1:8680`, `[::1]:8680`.
    fileprivate mutating func listener(_ node: YAMLNode, _ allowsNetwork: Bool) -> CoreServicePolicy.Listener? {
        guard let text = text(node, CoreServicePolicy.Key.listen) else { return nil }
        guard let listener = CoreServicePolicy.Listener(text) else {
            report(
                "\(YAMLError.quote(text)) is no place to listen: write unix:/PATH, 127.0.0.1:PORT or [::1]:PORT",
                at: node.position)
            return nil
        }
        if case .internet(let address, _) = listener, !address.isLoopback, !allowsNetwork {
            report(
                "\(YAMLError.quote(text)) can be reached by others, and nothing is encrypted there: listen on a Unix socket or 127.0.0.1 behind a server that speaks TLS, or say plain_http_from_network: true",
                at: node.position)
            return nil
        }
        return listener
    }

    fileprivate mutating func hostName(_ node: YAMLNode) -> String? {
        guard let text = text(node, CoreServicePolicy.Key.hosts, limit: 253)?.lowercased() else { return nil }
        let isName = text.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
        }
        if isName { return text }
        report("\(YAMLError.quote(text)) is no host name", at: node.position)
        return nil
    }
}

extension CoreServicePolicy.Listener {
    /// Nil when it is no place to listen.
    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // What a socket's address has room for (unix(7)).
            guard path.hasPrefix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard let address = IPAddress(String(host)) else { return nil }
        self = .internet(address, port: port)
    }
}
