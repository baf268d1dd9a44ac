private import CLinux

/// A DNS answer (RFC 1035 §4.1) as the name server sent it, which may be anybody.
package struct NameAnswer: Sendable {
    /// More records than a name has are not read.
    static let recordLimit = 128

    /// IPv4 addresses as 4 bytes and IPv6 addresses as 16, each once, in the order sent.
    package private(set) var addresses: [[UInt8]] = []
    /// What PTR records name.
    package private(set) var names: [String] = []
    /// How long all of it may be kept, in seconds: the shortest time of its records, aliases (CNAME) included.
    package private(set) var secondsToLive: UInt32 = .max
    /// Records are missing: the server cut the answer, or it is broken.
    package private(set) var isIncomplete = false

    package init(_ bytes: [UInt8]) {
        let size = Int32(clamping: bytes.count)
        isIncomplete = bailey_dns_is_truncated(bytes, size) != 0
        var data = [UInt8](repeating: 0, count: 1025)
        for index in 0..<Int32(Self.recordLimit) {
            var type: Int32 = 0
            var seconds: UInt32 = 0
            // SAFETY: libresolv reads within `size` bytes of the answer and writes at most the count it is given.
            let count = bailey_dns_record(bytes, size, index, &type, &seconds, &data, Int32(data.count))
            guard count >= 0 else {
                isIncomplete = isIncomplete || index < Self.announcedRecords(bytes)
                break
            }
            secondsToLive = min(secondsToLive, seconds)
            switch Int(type) {
            case bailey_dns_A, bailey_dns_AAAA:
                let address = Array(data[..<Int(count)])
                if !addresses.contains(address) { addresses.append(address) }
            case bailey_dns_PTR: names.append(String(decoding: data[..<Int(count)], as: UTF8.self))
            default: break
            }
        }
    }

    /// What the header says about the number of answer records.
    private static func announcedRecords(_ bytes: [UInt8]) -> Int32 {
        bytes.count >= 8 ? Int32(bytes[6]) << 8 | Int32(bytes[7]) : 1
    }
}
