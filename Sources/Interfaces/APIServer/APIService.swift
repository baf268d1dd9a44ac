package import APIAccess
package import CaseManagement
internal import CoreRoutes
package import HTTPServer
package import Notifications
internal import Storage

/// The API of one core, on all the places it listens on.
package final class APIService: Sendable {
    private let listeners: [HTTPListener]

    /// - Parameters:
    ///   - rules: the alerts policy in force.
    ///   - log: takes a line at a time, without its end.
    package init(
        core: Core, state: String, tokens: TokenRegister, settings: APISettings, addresses: [HTTPAddress],
        rules: @escaping @Sendable () -> AlertDelivery.Rules = { .none }, log: @escaping @Sendable (String) -> Void
    ) throws(HTTPServerError) {
        let served = ServedCore(core, state: state, rules: rules)
        let (log, failures) = (BoundedLog(log), BoundedLog(perMinute: 6, burst: 5, log))
        let limits = ClientLimits(settings)
        var listeners: [HTTPListener] = []
        for address in addresses {
            let gate = APIGate(
                core: served, tokens: tokens, hosts: HostNames(of: address, settings.hosts), limits: limits, log: log,
                failures: failures)
            listeners.append(try HTTPListener(on: address, limits: settings.connections, handler: gate))
        }
        self.listeners = listeners
    }

    /// Where it listens, with the ports that were taken.
    package var addresses: [HTTPAddress] { listeners.map(\.address) }

    package func stop() { for listener in listeners { listener.stop() } }
}

/// What the API goes by.
package struct APISettings: Sendable {
    /// Names that requests may be for, in lower case, besides the addresses listened on.
    package var hosts: Set<String> = []
    package var requestsPerMinute = 60_000
    package var lockout = FailureLockout.Limits()
    package var connections = HTTPLimits()

    package init() {}
}

/// The names that requests to one listener may say they are for. A page that a browser has from elsewhere, and whose name was made to lead
/// here afterwards (DNS rebinding), says that name.
struct HostNames: Sendable {
    /// Nil where no browser comes: a Unix socket.
    private let names: Set<String>?

    init(of address: HTTPAddress, _ others: Set<String>) {
        switch address {
        case .unix: names = nil
        case .internet(let address, _):
            names = others.union(["localhost", "127.0.0.1", "[::1]", address, "[\(address)]"])
        }
    }

    /// - Parameter host: as `Host` has it: a name, a port perhaps.
    func permit(_ host: String) -> Bool {
        guard let names else { return true }
        return names.contains(Self.name(host))
    }

    /// Whether a page that says it is from there may ask (RFC 6454 §7): one that this server gave out.
    func permit(origin: String) -> Bool {
        guard names != nil, origin.hasPrefix("http://") || origin.hasPrefix("https://") else { return false }
        return permit(String(origin.drop { $0 != "/" }.dropFirst(2)))
    }

    private static func name(_ host: String) -> String {
        let lower = host.lowercased()
        guard let colon = lower.lastIndex(of: ":"), !lower.hasSuffix("]") else { return lower }
        let port = lower[lower.index(after: colon)...]
        return port.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(lower[..<colon]) : lower
    }
}
