import HostModel
import Reporting
import Testing

/// Tables the size of a busy host's.
@Suite struct ScaleTests {
    static let count = 20_000

    /// The example host's table with many more connections of its processes.
    static let table: SocketTable = {
        var table = ExampleSockets.table
        let outbound = table.sockets.filter { $0.direction == .outbound }
        table.sockets.reserveCapacity(count)
        for index in table.sockets.count..<count {
            var socket = outbound[index % outbound.count]
            socket.inode = UInt64(index) + 1_000_000
            socket.local.port = UInt32(1_024 + index % 60_000)
            table.sockets.append(socket)
        }
        return table
    }()

    @Test(
        "A table of many sockets is written in small pieces, a line each",
        arguments: [
            DocumentTests.Example(
                name: "sockets.json",
                document: SocketsDocument(table, host: ExampleReports.host, generatedAt: ExampleReports.now)),
            DocumentTests.Example(name: "sockets.txt", document: SocketListing(table)),
        ])
    func streaming(example: DocumentTests.Example) {
        var (total, lines, longest) = (0, 0, 0)
        example.document.write { piece in
            total += piece.count
            lines += piece.count { $0 == 0x0a }
            longest = max(longest, piece.count)
        }
        #expect(lines > Self.count && lines < Self.count + 100)
        #expect(longest < 72 << 10)
        #expect(total > Self.count * 100)
    }
}
