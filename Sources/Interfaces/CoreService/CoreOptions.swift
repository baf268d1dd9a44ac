internal import HTTPServer
internal import HostModel
internal import Policies

/// What is said to `bailey-core` on its command line.
struct CoreOptions: Sendable, Hashable {
    static let usage =
        "usage: bailey-core [--state DIR] [--socket PATH] [--settings FILE] [--listen unix:PATH|ADDRESS:PORT]…"

    var state = installedState
    var socket: String
    /// Nil takes the file that is installed, for the core that is.
    var settings: String?
    /// In place of what the settings say.
    var listen: [CoreServicePolicy.Listener]?

    static let installedState = "/var/lib/bailey-core"
    static let installedSettings = "/etc/bailey/core.yaml"

    /// Nil when it is not understood.
    init?(_ arguments: ArraySlice<String>) {
        var (arguments, socket) = (arguments, String?.none)
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst() else { return nil }
            switch option {
            case "--state" where value.hasPrefix("/"): state = value
            case "--socket" where value.hasPrefix("/"): socket = value
            case "--settings" where value.hasPrefix("/"): settings = value
            case "--listen":
                // Who may reach a listener is for the settings to say: here it is this host alone.
                guard let place = CoreServicePolicy.Listener(value), place.isLocal else { return nil }
                listen = (listen ?? []) + [place]
            default: return nil
            }
        }
        self.socket = socket ?? "\(state)/core.sock"
    }
}

extension CoreServicePolicy.Listener {
    /// Whether only this host reaches it.
    var isLocal: Bool {
        switch self {
        case .unix: true
        case .internet(let address, _): address.isLoopback
        }
    }
}

extension HTTPAddress {
    init(_ place: CoreServicePolicy.Listener) {
        switch place {
        // Who may connect is told by the directory; what they may do, by their tokens.
        case .unix(let path): self = .unix(path: path, permissions: 0o660)
        case .internet(let address, let port): self = .internet(address: "\(address)", port: port)
        }
    }
}
