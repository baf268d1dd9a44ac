/// The table of names that an administrator keeps on the host itself (hosts(5)), which goes before DNS.
package struct HostsFile: Sendable {
    /// Addresses (4 or 16 bytes) by name in lower case.
    private var addresses: [String: [[UInt8]]] = [:]
    private var names: [[UInt8]: [String]] = [:]
    /// How long what it says may be kept: it can change at any time.
    package static let secondsToLive: UInt32 = 60

    package init() {}

    /// - Parameter parse: the bytes of an address in text form; nil for what is none.
    package init(parsing lines: [Substring], address parse: (Substring) -> [UInt8]?) {
        for line in lines {
            let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = fields.first, let address = parse(first) else { continue }
            for name in fields.dropFirst().map({ $0.lowercased() }) {
                if !addresses[name, default: []].contains(address) { addresses[name, default: []].append(address) }
                if !names[address, default: []].contains(name) { names[address, default: []].append(name) }
            }
        }
    }

    package func addresses(of name: String) -> [[UInt8]] { addresses[name.lowercased()] ?? [] }
    package func names(of address: [UInt8]) -> [String] { names[address] ?? [] }
}
