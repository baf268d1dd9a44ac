package import HostModel
import JSON

package import struct FoundationEssentials.Date

/// `bailey sockets --json`: every socket with all that is known of it, a line each, streamed.
package struct SocketsDocument: Document {
    private let table: SocketTable
    private let host: HostIdentity
    private let generatedAt: Date

    package init(_ table: SocketTable, host: HostIdentity, generatedAt: Date) {
        self.table = table
        self.host = host
        self.generatedAt = generatedAt
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var writer = JSONWriter()
        let fields = SocketFields(table)
        try writer.object { writer in
            writer.frame(DocumentFrame(generatedAt: generatedAt, host: host, gaps: table.gaps))
            writer.member("namespaces", of: table.namespaces) { write($1, to: &$0) }
            try writer.member("sockets", of: table.sockets) { writer, socket in
                write(socket, fields, to: &writer)
                try writer.drain(to: sink)
            }
            try writer.member("unix_listeners", of: table.unixListeners) { writer, listener in
                write(listener, fields, to: &writer)
                try writer.drain(to: sink)
            }
        }
        try sink(writer.drain() + [0x0a])
    }

    private func write(_ namespace: NetworkNamespace, to writer: inout JSONWriter) {
        writer.objectOnOneLine {
            $0.member("namespace", namespace.label)
            $0.member("inode", namespace.id.rawValue)
            $0.member("own", namespace.isOwn)
            $0.member("name", namespace.name)
            $0.member("source", namespace.source.rawValue)
            $0.member("interfaces", of: namespace.interfaces.sorted { $0.key < $1.key }) { writer, interface in
                writer.object {
                    $0.member("index", interface.key)
                    $0.member("name", interface.value.name)
                    $0.member("loopback", interface.value.isLoopback)
                }
            }
        }
    }

    private func write(_ socket: Socket, _ fields: SocketFields, to writer: inout JSONWriter) {
        writer.objectOnOneLine {
            fields.transport(of: socket, to: &$0)
            fields.family(of: socket, to: &$0)
            $0.plainMember("state", socket.state.rawValue)
            $0.plainMember("direction", socket.direction.rawValue)
            fields.endpoint(socket.local, address: "local_address", port: "local_port", to: &$0)
            fields.endpoint(socket.remote, address: "remote_address", port: "remote_port", to: &$0)
            fields.interface(of: socket, to: &$0)
            fields.namespace(at: socket.namespace, to: &$0)
            $0.plainMember("inode", optional: socket.inode)
            fields.user(socket.userID, to: &$0)
            fields.traffic(of: socket, to: &$0)
            fields.roundTrip(of: socket, to: &$0)
            fields.identity(of: socket, to: &$0)
            fields.holders(socket.holders, to: &$0)
        }
    }

    private func write(_ listener: UnixListener, _ fields: SocketFields, to writer: inout JSONWriter) {
        writer.objectOnOneLine {
            $0.member("kind", listener.kind.rawValue)
            $0.member("path", listener.path)
            fields.namespace(at: listener.namespace, to: &$0)
            $0.plainMember("inode", optional: listener.inode)
            $0.plainMember("cookie", optional: listener.cookie == 0 ? nil : listener.cookie)
            fields.user(listener.userID, to: &$0)
            $0.plainMember("ownership", listener.ownership.rawValue)
            fields.holders(listener.holders, to: &$0)
        }
    }
}
