internal import Cryptography
internal import LinuxSystem

/// A line of the log as far as the chain is concerned.
struct ChainLine: Sendable {
    var place: AuditProblem.Place
    /// Why it is no record; nil when it is one that says its own hash.
    var fault: String?
    var sequence: UInt64 = 0
    /// 64 hexadecimal digits each, as they stand in what was read: a million lines are compared.
    var previous: ArraySlice<UInt8> = []
    var hash: ArraySlice<UInt8> = []
    var time: ArraySlice<UInt8> = []

    var isSound: Bool { fault == nil }
}

/// The lines of all files of a log, one after the other.
struct ChainLines: ~Copyable {
    private let paths: [(name: String, path: String)]
    private var nextPath = 0
    private var stream: LineStream?
    private var number = 0
    private let digest = SHA256Stream()
    /// The last line has no end, because it is being written or was torn.
    private(set) var unfinished: AuditProblem.Place?

    private static let close = ArraySlice([SealedLine.close])
    private static let sequenceOpening = Array(#"{"sequence":"#.utf8)
    private static let timeOpening = Array(#","time":""#.utf8)
    private static let previousOpening = Array(#","previous":""#.utf8)

    init(_ paths: [(name: String, path: String)]) { self.paths = paths }

    /// Nil after the last line of the last file.
    mutating func next() throws(SystemError) -> ChainLine? {
        while true {
            if let line = try stream?.next() {
                number += 1
                let place = AuditProblem.Place(file: paths[nextPath - 1].name, line: number)
                switch line.ending {
                case .newline: return read(line.bytes, at: place)
                case .limit: return ChainLine(place: place, fault: "is longer than \(AuditRecord.lengthLimit) bytes")
                case .endOfFile where nextPath == paths.count:
                    unfinished = place
                    return nil
                case .endOfFile: return ChainLine(place: place, fault: "has no end")
                }
            }
            guard nextPath < paths.count else { return nil }
            let path = paths[nextPath].path
            stream = LineStream(try FileDescriptor.open(forReading: path), path: path, limit: AuditRecord.lengthLimit)
            nextPath += 1
            number = 0
        }
    }

    /// Reads what the chain is made of at its known places; what stands between is covered by the hash.
    private func read(_ bytes: ArraySlice<UInt8>, at place: AuditProblem.Place) -> ChainLine {
        var line = ChainLine(place: place)
        let digits = bytes.dropFirst(Self.sequenceOpening.count).prefix { (0x30...0x39).contains($0) }
        let rest = bytes[digits.endIndex...]
        guard let (content, hash) = SealedLine.parts(bytes), bytes.starts(with: Self.sequenceOpening),
            let sequence = Self.number(digits), rest.starts(with: Self.timeOpening)
        else {
            line.fault = "is no record"
            return line
        }
        line.sequence = sequence
        line.time = rest.dropFirst(Self.timeOpening.count).prefix(AuditTime.length)
        let link = content.suffix(Self.previousOpening.count + AuditDigest.hexadecimalLength + 1)
        line.previous = link.dropFirst(Self.previousOpening.count).dropLast()
        line.hash = hash
        digest.update(content)
        digest.update(Self.close)
        // Always finished, so that the next line begins anew.
        let isOwnHash = digest.finish(is: hash)
        if !isOwnHash || !link.starts(with: Self.previousOpening) { line.fault = "is not what its hash was made of" }
        return line
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard (1...19).contains(digits.count), digits.first != 0x30 else { return nil }
        return digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
    }
}
