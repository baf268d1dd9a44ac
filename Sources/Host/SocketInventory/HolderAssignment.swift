internal import HostModel

/// Joins sockets with the processes that have them open, by inode; time and memory grow with the sockets, not with their product.
struct HolderAssignment {
    /// Process ids in the order of `SocketTable.processes`.
    private(set) var processes: [Int32] = []
    private(set) var holderIndices: [Int32] = []
    /// Holdings of sockets that no dump showed.
    private(set) var unmatched: [HolderScan.Holding] = []

    private var socketsByInode: [UInt64: Int32] = [:]

    init(_ table: inout SocketTable, _ holdings: [HolderScan.Holding]) {
        let socketCount = table.sockets.count
        let total = socketCount + table.unixListeners.count
        socketsByInode.reserveCapacity(total)
        for (index, socket) in table.sockets.enumerated() where socket.inode != 0 && !socket.isSubflow {
            socketsByInode[socket.inode] = Int32(index)
        }
        for (index, listener) in table.unixListeners.enumerated() {
            socketsByInode[listener.inode] = Int32(socketCount + index)
        }
        let matches = match(holdings)
        let ranges = ranges(of: matches, count: total)
        for index in 0..<socketCount {
            // The first path of an MPTCP connection has the inode, and so the holders, of the MPTCP socket.
            let holder = table.sockets[index].isSubflow ? socketsByInode[table.sockets[index].inode] : Int32(index)
            if let holder { table.sockets[index].holders = ranges[Int(holder)] }
        }
        for index in socketCount..<total { table.unixListeners[index - socketCount].holders = ranges[index] }
    }

    /// Pairs of socket and process index; a process that has a socket open twice counts once.
    private mutating func match(_ holdings: [HolderScan.Holding]) -> [(socket: Int32, process: Int32)] {
        var indices: [Int32: Int32] = [:]
        var matches: [(socket: Int32, process: Int32)] = []
        matches.reserveCapacity(holdings.count)
        for holding in holdings {
            guard let socket = socketsByInode[holding.inode] else {
                unmatched.append(holding)
                continue
            }
            let process =
                indices[holding.process]
                ?? {
                    let index = Int32(processes.count)
                    indices[holding.process] = index
                    processes.append(holding.process)
                    return index
                }()
            matches.append((socket, process))
        }
        return matches
    }

    /// A counting sort: how many holders each socket has, where they start, then each in its place.
    private mutating func ranges(of matches: [(socket: Int32, process: Int32)], count: Int) -> [Range<Int32>] {
        var starts = [Int32](repeating: 0, count: count + 1)
        for match in matches { starts[Int(match.socket) + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var ends = starts
        holderIndices = [Int32](repeating: 0, count: matches.count)
        for match in matches {
            let socket = Int(match.socket)
            let isRepeated = holderIndices[Int(starts[socket])..<Int(ends[socket])].contains(match.process)
            guard !isRepeated else { continue }
            holderIndices[Int(ends[socket])] = match.process
            ends[socket] += 1
        }
        return (0..<count).map { starts[$0]..<ends[$0] }
    }
}
