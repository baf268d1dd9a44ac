/// The target of a request, decoded (RFC 3986): strictly, for what could be read in two ways is where checks are got around.
enum RequestTarget {
    /// The text that a part of a path stands for; nil when an escape is broken, or what it makes is no UTF-8, or has a control character
    /// or a slash in it.
    static func decoded(_ part: some StringProtocol, plusIsBlank: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
            case 0x21...0x7e: bytes.append(byte)
            default: return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The parameters of a query, in the order they stand there; nil when one of them cannot be decoded.
    static func parameters(of query: String) -> [(name: String, value: String)]? {
        var parameters: [(name: String, value: String)] = []
        for pair in query.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0], plusIsBlank: true),
                let value = decoded(parts.count > 1 ? parts[1] : "", plusIsBlank: true)
            else { return nil }
            parameters.append((name, value))
        }
        return parameters
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
        default: nil
        }
    }
}
