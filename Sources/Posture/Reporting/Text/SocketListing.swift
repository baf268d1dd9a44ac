package import HostModel
internal import TerminalText

/// `bailey sockets`: every socket in aligned columns, streamed. The table is gone through twice, first for the widths and then for the
/// text, so that no listing of it is ever held in memory.
package struct SocketListing: Document {
    private let table: SocketTable
    private let style: TerminalStyle

    package init(_ table: SocketTable, style: TerminalStyle = .plain) {
        self.table = table
        self.style = style
    }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var pending: [UInt8] = []
        let labels = SocketLabels(table: table)
        try ColumnWriter(socketColumns(labels), style).write(table.sockets, to: &pending, sink)
        if !table.unixListeners.isEmpty {
            pending.append(0x0a)
            try ColumnWriter(unixColumns(labels), style).write(table.unixListeners, to: &pending, sink)
        }
        let (sockets, unix) = (
            counted(table.sockets.count, "socket"), counted(table.unixListeners.count, "Unix listener")
        )
        pending += "\n\(sockets), \(unix), \(counted(table.namespaces.count, "network namespace"))\n".utf8
        pending += gapLines(table.gaps, style).utf8
        try sink(pending)
    }

    private func socketColumns(_ labels: SocketLabels) -> [Column<Socket>] {
        let users = SafeTexts(table.userNames.mapValues { $0 })
        let processes = SafeTexts(table.processes.map { "\($0.name)[\($0.id)]" })
        let namespaces = SafeTexts(table.namespaces.map(\.label))
        var columns: [Column<Socket>] = [
            Column("PROTO") { $1 += $0.transport.rawValue.utf8 },
            Column("STATE") { $1 += $0.state.rawValue.utf8 },
            Column("DIRECTION") { $1 += $0.direction.rawValue.utf8 },
            Column("LOCAL") { socket, bytes in
                append(socket.local, to: &bytes)
                if socket.interfaceIndex != 0, socket.namespace >= 0, socket.namespace < table.namespaces.count {
                    bytes += " (\(terminalSafe(table.interfaceName(of: socket) ?? "")))".utf8
                }
            },
            Column("REMOTE") { append($0.remote, to: &$1) },
            Column("USER") { socket, bytes in
                if let name = users[socket.userID] {
                    bytes += name
                } else {
                    bytes += String(socket.userID.rawValue).utf8
                }
            },
        ]
        if labels.hasSeveralNamespaces {
            columns.append(Column("NAMESPACE") { $1 += namespaces[Int($0.namespace)] ?? [] })
        }
        columns.append(
            Column("PROCESS") { socket, bytes in
                guard let first = table.holderIndices.at(socket.holders.lowerBound), !socket.holders.isEmpty,
                    let process = processes[Int(first)]
                else {
                    bytes += "(\(socket.ownership.label))".utf8
                    return
                }
                bytes += process
                if socket.holders.count > 1 { bytes += " +\(socket.holders.count - 1)".utf8 }
            })
        return columns
    }

    private func unixColumns(_ labels: SocketLabels) -> [Column<UnixListener>] {
        var columns: [Column<UnixListener>] = [
            Column("UNIX") { $1 += $0.kind.rawValue.utf8 },
            Column("PATH") { $1 += terminalSafe($0.path).utf8 },
            Column("USER") { $1 += terminalSafe(labels.user($0.userID)).utf8 },
        ]
        if labels.hasSeveralNamespaces {
            columns.append(Column("NAMESPACE") { $1 += terminalSafe(labels.namespace(at: $0.namespace)).utf8 })
        }
        columns.append(
            Column("PROCESS") { $1 += terminalSafe(labels.process(of: $0.holders, ownership: $0.ownership)).utf8 })
        return columns
    }

    private func append(_ endpoint: Endpoint, to bytes: inout [UInt8]) {
        if let ip = endpoint.ip {
            if !ip.isIPv4 { bytes.append(UInt8(ascii: "[")) }
            ip.append(to: &bytes)
            if !ip.isIPv4 { bytes.append(UInt8(ascii: "]")) }
        } else {
            bytes += endpoint.addressText.utf8
        }
        bytes.append(UInt8(ascii: ":"))
        if endpoint.port == 0 {
            bytes.append(UInt8(ascii: "*"))
        } else {
            appendDecimal(UInt64(endpoint.port), to: &bytes)
        }
    }
}

/// Texts that many rows share, made safe once.
private struct SafeTexts<Key: Hashable> {
    private let texts: [Key: [UInt8]]

    init(_ texts: [Key: String]) { self.texts = texts.mapValues { Array(terminalSafe($0).utf8) } }

    subscript(key: Key) -> [UInt8]? { texts[key] }
}

extension SafeTexts where Key == Int {
    fileprivate init(_ texts: [String]) {
        self.init(Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($0.offset, $0.element) }))
    }
}

private struct Column<Row> {
    let title: String
    let append: (Row, inout [UInt8]) -> Void

    init(_ title: String, _ append: @escaping (Row, inout [UInt8]) -> Void) {
        self.title = title
        self.append = append
    }
}

/// Writes rows in columns as wide as their widest cell, the last one ragged.
private struct ColumnWriter<Row> {
    private let columns: [Column<Row>]
    private let style: TerminalStyle

    init(_ columns: [Column<Row>], _ style: TerminalStyle) {
        self.columns = columns
        self.style = style
    }

    func write(_ rows: [Row], to bytes: inout [UInt8], _ sink: ([UInt8]) throws -> Void) rethrows {
        let widths = widths(of: rows)
        var titles: [UInt8] = []
        appendLine(widths, to: &titles) { $1 += columns[$0].title.utf8 }
        bytes += style.paint(String(decoding: titles.dropLast(), as: UTF8.self), .faint).utf8 + [0x0a]
        for row in rows {
            appendLine(widths, to: &bytes) { columns[$0].append(row, &$1) }
            guard bytes.count >= 64 << 10 else { continue }
            try sink(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }

    private func widths(of rows: [Row]) -> [Int] {
        var widths = columns.map(\.title.count)
        var cell: [UInt8] = []
        for row in rows {
            for (position, column) in columns.dropLast().enumerated() {
                cell.removeAll(keepingCapacity: true)
                column.append(row, &cell)
                widths[position] = max(widths[position], Self.width(of: cell[...]))
            }
        }
        return widths
    }

    private func appendLine(_ widths: [Int], to bytes: inout [UInt8], _ cell: (Int, inout [UInt8]) -> Void) {
        for position in columns.indices {
            let start = bytes.count
            cell(position, &bytes)
            guard position < columns.count - 1 else { break }
            for _ in 0..<(widths[position] - Self.width(of: bytes[start...]) + 2) { bytes.append(0x20) }
        }
        bytes.append(0x0a)
    }

    /// Characters, not bytes: what continues a character in UTF-8 takes no room.
    private static func width(of text: ArraySlice<UInt8>) -> Int { text.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) } }
}
