import Findings
import HostModel
import JSON

/// The listening sockets of AI agents' gateways, as the kernel has them.
struct GatewayListeners {
    /// One listening socket of a gateway.
    struct Listener {
        let socket: Socket
        let exposure: Exposure
        /// Who has it; nil where holders could not be seen and port and user told it.
        let process: HostProcess?
        let evidence: Evidence
    }

    let table: SocketTable

    /// The port a gateway listens on when its configuration names none.
    private static let defaultPort = 18_789

    /// Listeners of `gateway`: held by a gateway process of its account, or, where holders are not visible, on its port by its account.
    func listeners(of gateway: AgentGateway, configuration: JSONValue) -> [Listener] {
        let port = configuration["gateway"]?["port"]?.number.flatMap { UInt32(exactly: $0) } ?? UInt32(Self.defaultPort)
        return all { socket, process in
            if let process { return process.userID == gateway.userID }
            return socket.userID == gateway.userID && socket.local.port == port
        }
    }

    /// Listeners of gateway processes whose account has none of these gateways: run from elsewhere, or in a container.
    func listeners(besides gateways: [AgentGateway]) -> [Listener] {
        let accounts = Set(gateways.map(\.userID))
        return all { _, process in process.map { !accounts.contains($0.userID) } ?? false }
    }

    private func all(where belongs: (Socket, HostProcess?) -> Bool) -> [Listener] {
        table.sockets.compactMap { socket in
            guard socket.state == .listening, socket.transport == .tcp || socket.transport == .mptcp else { return nil }
            let holders = table.holders(of: socket)
            let process = holders.first(where: Self.isGateway)
            guard process != nil || holders.isEmpty, belongs(socket, process) else { return nil }
            return listener(socket, process)
        }
    }

    private func listener(_ socket: Socket, _ process: HostProcess?) -> Listener {
        let address = "\(socket.transport.rawValue) \(socket.local.addressText) port \(socket.local.port)"
        let holder = process.map { "process \($0.id) (\($0.name.displayed))" } ?? "a process that could not be seen"
        let user = table.userNames[socket.userID] ?? socket.userID.description
        let namespace = table.namespace(of: socket)
        let place = namespace.isOwn ? "" : " in network namespace \(namespace.label.displayed)"
        return Listener(
            socket: socket, exposure: table.exposure(of: socket), process: process,
            evidence: Evidence("listens on \(address): \(holder) of \(user)\(place)", from: "kernel socket table"))
    }

    /// Whether a process is an agent's gateway: the name it gives itself, or its program or script (`node …/openclaw/dist/entry.js`).
    /// Names are free to choose, so this finds gateways that do not hide; it clears nobody.
    static func isGateway(_ process: HostProcess) -> Bool {
        if process.name.hasPrefix("openclaw") { return true }
        let programs = process.commandLine.filter { !$0.hasPrefix("-") }.prefix(2) + [process.executable ?? ""]
        return programs.contains { program in
            program.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init).contains { part in
                part == "openclaw" || part.hasPrefix("openclaw.") || part.hasPrefix("openclaw-gateway")
            }
        }
    }
}
