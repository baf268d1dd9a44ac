import HostModel
import JSON

/// The members that JSON objects of sockets have in common. What many sockets share (processes, user names, namespaces, control
/// groups) is made and escaped once.
struct SocketFields {
    private let table: SocketTable
    /// One JSON object for each of `SocketTable.processes`, and one JSON string for each user, namespace and control group.
    private let processes: [[UInt8]]
    private let users: [UserID: [UInt8]]
    private let cgroups: [UInt64: [UInt8]]
    private let namespaces: [[UInt8]]
    private let namespaceInodes: [[UInt8]]

    init(_ table: SocketTable) {
        self.table = table
        processes = table.processes.map { process in Self.fragment { Self.value(process, to: &$0) } }
        users = table.userNames.mapValues { name in Self.fragment { $0.value(name) } }
        cgroups = table.cgroupPaths.mapValues { path in Self.fragment { $0.value(path) } }
        namespaces = table.namespaces.map { namespace in Self.fragment { $0.value(namespace.label) } }
        namespaceInodes = table.namespaces.map { namespace in Self.fragment { $0.value(namespace.id.rawValue) } }
    }

    private static func fragment(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(pretty: false)
        write(&writer)
        return writer.bytes
    }

    private static func value(_ process: HostProcess, to writer: inout JSONWriter) {
        writer.object {
            $0.member("pid", process.id.rawValue)
            $0.member("started_at", Timestamp(process.startedAt).description)
            $0.member("name", process.name)
            $0.member("executable", process.executable)
            $0.member("command_line", commandLineText(process.commandLine))
            $0.member("unit", process.unit)
            $0.member("container", process.container)
            $0.member("uid", process.userID.rawValue)
            $0.member("parent_pid", process.parentID.rawValue)
            $0.member("cgroup", process.cgroup)
            $0.member("executable_deleted", process.isExecutableDeleted)
        }
    }

    func transport(of socket: Socket, to writer: inout JSONWriter) {
        writer.plainMember("protocol", socket.transport.rawValue)
    }

    func family(of socket: Socket, to writer: inout JSONWriter) {
        writer.plainMember("family", socket.family.rawValue)
    }

    func endpoint(_ endpoint: Endpoint, address: StaticString, port: StaticString, to writer: inout JSONWriter) {
        writer.plainKey(address)
        switch endpoint.address {
        case .ip(let ip): writer.plainString { ip.append(to: &$0) }
        case .context, .none: writer.value(endpoint.addressText)
        }
        writer.plainKey(port)
        writer.value(endpoint.port)
    }

    func interface(of socket: Socket, to writer: inout JSONWriter) {
        writer.plainKey("interface")
        // Most sockets are bound to none; looking the rest up costs a dictionary each.
        guard socket.interfaceIndex != 0, let namespace = table.namespaces.at(socket.namespace) else {
            return writer.null()
        }
        writer.value(namespace.interfaces[socket.interfaceIndex]?.name ?? "if\(socket.interfaceIndex)")
    }

    func namespace(at index: Int32, to writer: inout JSONWriter) {
        writer.plainMember("namespace", json: namespaces.at(index))
    }

    func user(_ id: UserID?, to writer: inout JSONWriter) {
        writer.plainKey("uid")
        if let id { writer.value(id.rawValue) } else { writer.null() }
        writer.plainMember("user", json: id.flatMap { users[$0] })
    }

    func holders(_ holders: Range<Int32>, to writer: inout JSONWriter) {
        writer.plainKey("processes")
        writer.array {
            for position in holders {
                guard let index = table.holderIndices.at(position), let process = processes.at(index) else {
                    continue
                }
                $0.value(json: process)
            }
        }
    }

    func traffic(of socket: Socket, to writer: inout JSONWriter) {
        writer.plainMember("bytes_sent", optional: socket.counters?.bytesSent)
        writer.plainMember("bytes_received", optional: socket.counters?.bytesReceived)
    }

    /// Zero is what the kernel says before the first round trip, so it is not a time.
    func roundTrip(of socket: Socket, to writer: inout JSONWriter) {
        let time = socket.counters?.roundTripMicroseconds
        writer.plainMember("round_trip_us", optional: time == 0 ? nil : time)
    }

    /// What the kernel knows a socket by, and who has it.
    func identity(of socket: Socket, to writer: inout JSONWriter) {
        writer.plainMember("ownership", socket.ownership.rawValue)
        writer.plainMember("cookie", optional: socket.cookie == 0 ? nil : socket.cookie)
        writer.plainMember("cgroup", json: socket.cgroupID.flatMap { cgroups[$0] })
        writer.plainKey("v6only")
        if let isIPv6Only = socket.isIPv6Only { writer.value(isIPv6Only) } else { writer.null() }
        writer.plainMember("namespace_inode", json: namespaceInodes.at(socket.namespace))
    }
}

extension JSONWriter {
    mutating func plainMember(_ name: StaticString, _ text: String) {
        plainKey(name)
        plainString { $0.append(contentsOf: text.utf8) }
    }

    mutating func plainMember(_ name: StaticString, json text: [UInt8]?) {
        plainKey(name)
        if let text { value(json: text) } else { null() }
    }

    mutating func plainMember(_ name: StaticString, optional number: (some BinaryInteger)?) {
        plainKey(name)
        if let number { value(number) } else { null() }
    }
}

extension Array {
    /// The element at an index that came with the data; nil when the data points beyond the table it came with.
    func at(_ index: Int32) -> Element? {
        indices.contains(Int(index)) ? self[Int(index)] : nil
    }
}
