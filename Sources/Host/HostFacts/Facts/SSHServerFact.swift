import HostModel

/// `sshd.<keyword in lower case>`: a setting of the SSH server as it is in force outside of `Match` blocks, in the words of `sshd -T`: a
/// number, text (`yes`, `no`), or a list for algorithms and for keywords with several values.
///
/// `sshd.<keyword>.match` is the list of values that `Match` blocks put in its place for some connections.
struct SSHServerFact: FactCollector {
    static let prefix = "sshd"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        let parts = name.split(separator: ".")
        guard let keyword = parts.first.map(String.init), parts.count == 1 || parts[1] == "match" else {
            return .unknownKey("sshd.\(name)", expected: "sshd.<keyword>")
        }
        guard case .seen(let server, let origin) = source.sshServer else {
            return source.sshServer.map { _ in .flag(false) }
        }
        if parts.count > 1 {
            let values = server.conditionalBlocks.compactMap { $0.settings[keyword]?.joined(separator: " ") }
            return .seen(.list(values), from: origin)
        }
        guard let values = server.settings[keyword] else {
            return .absent(why: "\(keyword) is not set, and has no default", from: origin)
        }
        let place = server.locations[keyword] ?? "default of OpenSSH; \(origin) does not set it"
        return .seen(Self.value(keyword, values), from: place)
    }

    private static func value(_ keyword: String, _ values: [String]) -> FactValue {
        guard values.count == 1, let value = values.first else { return .list(values) }
        if let number = Int(value), keyword != "streamlocalbindmask" { return .number(number) }
        return value.contains(",") || keyword.hasSuffix("algorithms") || keyword == "ciphers" || keyword == "macs"
            ? .list(value.split(separator: ",").map(String.init)) : .text(value)
    }
}
