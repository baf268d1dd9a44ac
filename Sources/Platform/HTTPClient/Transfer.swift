internal import CCurl

/// What one transfer sends and takes in, while libcurl calls back.
final class Transfer {
    private let outgoing: [UInt8]
    private var sent = 0
    private let limit: Int
    private(set) var body: [UInt8] = []
    private(set) var headers: [OutgoingRequest.Header] = []
    private var headerSize = 0
    private(set) var isTooLarge = false

    /// Bytes of all header lines of an answer; no server that is meant sends more.
    private static let headerLimit = 64 << 10

    init(sending outgoing: [UInt8] = [], answerLimit: Int) {
        self.outgoing = outgoing
        limit = answerLimit
    }

    /// False when that is more than was allowed.
    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= limit else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    fileprivate func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerSize += bytes.count
        guard headerSize <= Self.headerLimit else {
            isTooLarge = true
            return false
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // Each answer of a redirected request begins so; the last one counts.
            headers = []
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
            headers.append(.init(line[..<colon].lowercased(), String(value[..<end])))
        }
        return true
    }

    fileprivate func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, outgoing.count - sent)
        room.copyBytes(from: outgoing[sent..<(sent + count)])
        sent += count
        return count
    }

    /// Makes `handle` call this object. It has to live until the transfer has ended.
    func attach(to handle: borrowing TransferHandle) throws(TransferError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try handle.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            withTransfer(context, bytes, size * count) { $0.take(UnsafeRawBufferPointer($1)) ? size * count : 0 }
        }
        try handle.set(CURLOPT_WRITEDATA, pointer: context)
        try handle.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            withTransfer(context, bytes, size * count) { $0.takeHeader(UnsafeRawBufferPointer($1)) ? size * count : 0 }
        }
        try handle.set(CURLOPT_HEADERDATA, pointer: context)
        try handle.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
            withTransfer(context, bytes, size * count) { $0.give($1) }
        }
        try handle.set(CURLOPT_READDATA, pointer: context)
    }
}

private func withTransfer(
    _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
    _ body: (Transfer, UnsafeMutableRawBufferPointer) -> Int
) -> Int {
    guard let context else { return 0 }
    // SAFETY: the context is the transfer that `OutgoingConnection` keeps alive while libcurl runs; libcurl lends `count` bytes for the call.
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return body(transfer, UnsafeMutableRawBufferPointer(start: bytes, count: count))
}
