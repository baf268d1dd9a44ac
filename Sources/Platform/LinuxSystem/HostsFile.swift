private import Glibc

/// Names that `/etc/hosts` gives addresses to (hosts(5)).
struct HostsFile: Sendable, Hashable {
    /// By name in lower case; 4 or 16 bytes each.
    private(set) var addresses: [String: [[UInt8]]] = [:]
    private(set) var names: [[UInt8]: [String]] = [:]

    init(parsing text: String) {
        for line in text.split(separator: "\n") {
            let content = line.prefix { $0 != "#" }
            let words = content.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let first = words.first, let address = Self.address(String(first)) else { continue }
            for word in words.dropFirst() {
                let name = word.lowercased()
                addresses[name, default: []].append(address)
                names[address, default: []].append(name)
            }
        }
    }

    private static func address(_ text: String) -> [UInt8]? {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            // SAFETY: inet_pton(3) writes 4 bytes for AF_INET and 16 for AF_INET6.
            if bytes.withUnsafeMutableBytes({ inet_pton(family, text, $0.baseAddress) }) == 1 { return bytes }
        }
        return nil
    }
}
