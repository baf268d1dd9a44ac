extension AttackIndex {
    /// "BLYATK", then the number of the format.
    private static let magic: [UInt8] = Array("BLYATK01".utf8)

    /// As bytes of a file: the magic number; version and techniques as strings, each after its length; then the tables, each after its
    /// count, little-endian.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.bytes = Self.magic
        writer.append(catalogue.version)
        writer.append(UInt32(catalogue.techniques.count))
        for technique in catalogue.techniques {
            writer.append(technique.id.description)
            writer.append(technique.name)
            writer.append(technique.tactics)
            writer.append(technique.platforms)
            writer.append(technique.standing.code)
            writer.append(technique.standing.successor?.description ?? "")
        }
        writer.append(UInt32(terms.bytes.count))
        writer.bytes += terms.bytes
        writer.append(terms.starts)
        for pool in [attack, knowledge] {
            writer.append(pool.techniques.map(UInt32.init))
            writer.append(pool.starts)
            writer.append(pool.postings)
        }
        return writer.bytes
    }

    /// Reads what `encoded` wrote. A file that was cut, changed or made by somebody else is refused before any of it is used: every
    /// length and reference is looked at.
    package init(decoding bytes: [UInt8]) throws(AttackError) {
        guard bytes.starts(with: Self.magic) else {
            throw .index(bytes.isEmpty ? "it is empty" : "it does not begin as one of this version of bailey")
        }
        var reader = ByteReader(bytes: bytes, index: Self.magic.count)
        let version = try reader.text()
        var techniques: [AttackTechnique] = []
        for _ in 0..<(try reader.count(of: 6)) { techniques.append(try AttackTechnique(&reader)) }
        let catalogue = AttackCatalogue(version: version, techniques: techniques)
        guard zip(catalogue.techniques, techniques).allSatisfy({ $0.id == $1.id }) else { throw ByteReader.broken }
        let terms = TermTable(bytes: try reader.bytes(try reader.count(of: 1)), starts: try reader.numbers())
        guard let last = terms.starts.last, last == terms.bytes.count, terms.starts.isAscending else {
            throw ByteReader.broken
        }
        self.init(
            catalogue: catalogue, terms: terms, attack: try Self.pool(&reader, catalogue, terms),
            knowledge: try Self.pool(&reader, catalogue, terms))
        guard reader.isAtEnd else { throw ByteReader.broken }
    }

    private static func pool(
        _ reader: inout ByteReader, _ catalogue: AttackCatalogue, _ terms: TermTable
    ) throws(AttackError) -> PassagePool {
        let techniques = try reader.numbers()
        let starts = try reader.numbers()
        let postings = try reader.numbers()
        // A passage of a technique that is not in use could bring its id into an answer.
        let isUsable = catalogue.techniques.map { $0.standing == .current }
        guard techniques.allSatisfy({ $0 < isUsable.count && isUsable[Int($0)] }),
            zip(techniques, techniques.dropFirst()).allSatisfy({ $0 <= $1 }), starts.count == terms.count + 1,
            starts.isAscending, Int(starts.last ?? 0) == postings.count,
            postings.allSatisfy({ $0 >> 8 < techniques.count })
        else { throw ByteReader.broken }
        return PassagePool(techniques: techniques.map { UInt16($0) }, starts: starts, postings: postings)
    }
}

extension [UInt32] {
    fileprivate var isAscending: Bool { first == 0 && zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}

extension AttackTechnique.Standing {
    fileprivate var code: UInt32 {
        switch self {
        case .current: 0
        case .deprecated: 1
        case .revoked: 2
        }
    }

    fileprivate var successor: TechniqueID? {
        if case .revoked(let successor) = self { successor } else { nil }
    }
}

extension AttackTechnique {
    fileprivate init(_ reader: inout ByteReader) throws(AttackError) {
        guard let id = TechniqueID(try reader.text()) else { throw ByteReader.broken }
        self.id = id
        name = try reader.text()
        tactics = try reader.texts()
        platforms = try reader.texts()
        let code = try reader.number()
        let successor = try reader.text()
        switch code {
        case 0: standing = .current
        case 1: standing = .deprecated
        case 2: standing = .revoked(by: TechniqueID(successor))
        default: throw ByteReader.broken
        }
    }
}

private struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func append(_ number: UInt32) {
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }

    mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes += text.utf8
    }

    mutating func append(_ texts: [String]) {
        append(UInt32(texts.count))
        for text in texts { append(text) }
    }

    mutating func append(_ numbers: [UInt32]) {
        append(UInt32(numbers.count))
        for number in numbers { append(number) }
    }
}

private struct ByteReader {
    let bytes: [UInt8]
    var index: Int

    static let broken = AttackError.index("it is damaged; make it again with bailey attack import")

    var isAtEnd: Bool { index == bytes.count }

    mutating func number() throws(AttackError) -> UInt32 {
        guard bytes.count - index >= 4 else { throw Self.broken }
        defer { index += 4 }
        return UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            | UInt32(bytes[index + 3]) << 24
    }

    /// A count of things that take at least `size` bytes each: more than the rest of the file holds is refused before memory is asked for.
    mutating func count(of size: Int) throws(AttackError) -> Int {
        let count = Int(try number())
        guard count <= (bytes.count - index) / size else { throw Self.broken }
        return count
    }

    mutating func bytes(_ count: Int) throws(AttackError) -> [UInt8] {
        guard count <= bytes.count - index else { throw Self.broken }
        defer { index += count }
        return Array(bytes[index..<(index + count)])
    }

    mutating func text() throws(AttackError) -> String { String(decoding: try bytes(try count(of: 1)), as: UTF8.self) }

    mutating func texts() throws(AttackError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try count(of: 4)) { texts.append(try text()) }
        return texts
    }

    mutating func numbers() throws(AttackError) -> [UInt32] {
        let count = try count(of: 4)
        defer { index += count * 4 }
        return bytes.withUnsafeBytes { raw in
            // SAFETY: `count` was held against what is left, so the last number ends inside the bytes.
            (0..<count).map {
                UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index + $0 * 4, as: UInt32.self))
            }
        }
    }
}
