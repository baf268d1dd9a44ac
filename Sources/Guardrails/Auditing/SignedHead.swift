package import Cryptography
internal import JSON
internal import LinuxSystem

/// The end of the chain at one moment, signed: whoever keeps one elsewhere can tell later that the log was cut or written anew.
///
/// A line of JSON whose last member is the Ed25519 signature, in hexadecimal, of the line without that member.
package struct SignedHead: Sendable, Hashable {
    /// The last record there was, and its hash.
    package let sequence: UInt64
    package let hash: AuditDigest
    package let time: AuditTime
    /// The name of the file that this record is in.
    package let file: String
    package let key: Ed25519.PublicKey
    package let signature: [UInt8]
    /// What was signed.
    private let content: [UInt8]

    private static let opening = Array(#","signature":""#.utf8)
    private static let signatureLength = 2 * Ed25519.signatureLength
    private static let lengthLimit = 4096

    package init(
        sequence: UInt64, hash: AuditDigest, time: AuditTime, file: String, signedWith key: Ed25519.PrivateKey
    ) throws(AuditError) {
        self.sequence = sequence
        self.hash = hash
        self.time = time
        self.file = file
        self.key = key.publicKey
        var writer = JSONWriter(pretty: false)
        writer.object {
            // What else the key may sign one day cannot be taken for a head.
            $0.member("format", Self.format)
            $0.member("sequence", sequence)
            $0.member("hash", hash.hexadecimal)
            $0.member("time", time.description)
            $0.member("file", file)
            $0.member("key", key.publicKey.rawBytes.hexadecimal)
        }
        let content = writer.drain()
        self.content = content
        signature = try signing { () throws(CryptographyError) in try key.sign(content) }
    }

    private static let format = "bailey-audit-head-1"

    /// The line, with its end.
    package var line: [UInt8] {
        content.dropLast() + Self.opening + Array(signature.hexadecimal.utf8) + Array("\"}\n".utf8)
    }

    /// Whether the head was signed with the private key that belongs to `key`.
    package func isSigned(by key: Ed25519.PublicKey) -> Bool { key == self.key && key.verifies(signature, of: content) }

    /// Reads a line as `line` writes it. The signature is not checked.
    package init(line: [UInt8]) throws(AuditLineError) {
        let line = line.last == 0x0a ? line.dropLast() : line[...]
        let length = Self.opening.count + Self.signatureLength + 2
        let seal = line.suffix(length)
        guard line.count > length, seal.starts(with: Self.opening), seal.suffix(2).elementsEqual("\"}".utf8),
            let signature = [UInt8](hexadecimal: seal.dropFirst(Self.opening.count).dropLast(2))
        else { throw AuditLineError(description: "does not end with a signature") }
        self.signature = signature
        content = line.dropLast(length) + [SealedLine.close]
        var reader = RecordReader(line.dropLast(length))
        try reader.expect(#"{"format":"bailey-audit-head-1","sequence":"#)
        sequence = UInt64(clamping: try reader.number())
        try reader.expect(#","hash":"#)
        let hash = AuditDigest(hexadecimal: Array(try reader.text().utf8))
        try reader.expect(#","time":"#)
        let time = AuditTime(text: Array(try reader.text().utf8))
        try reader.expect(#","file":"#)
        file = try reader.text()
        try reader.expect(#","key":"#)
        let key = [UInt8](hexadecimal: Array(try reader.text().utf8)).flatMap { try? Ed25519.PublicKey(rawBytes: $0) }
        guard let hash, let time, let key, reader.isAtEnd else {
            throw AuditLineError(description: "is not written as heads are")
        }
        self.hash = hash
        self.time = time
        self.key = key
    }

    /// Reads a file that holds one head.
    package static func read(_ path: String) throws(AuditError) -> SignedHead {
        let bytes = try auditing { () throws(SystemError) in
            try FileDescriptor.open(forReading: path).readAll(limit: lengthLimit, subject: path)
        }
        do throws(AuditLineError) { return try SignedHead(line: bytes) } catch {
            throw .unfit(path: path, why: "is no signed head: it \(error)")
        }
    }

    /// Puts the head into a file, in place of the one before.
    package func write(to path: String) throws(AuditError) {
        try auditing { () throws(SystemError) in
            let file = try AtomicFile(replacing: path)
            try file.write(line)
            try file.commit()
        }
    }
}
