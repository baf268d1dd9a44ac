import Glibc
import LinuxSystem

/// Looks up its arguments with the resolver of this host, an address in reverse, and prints a line for each: what was found, for how
/// long, and what failed. It is what the tests run inside a network and mount namespace of their own. `--silent=ADDRESS` makes a name
/// server there that never answers.
@main enum Entrypoint {
    static func main() {
        let resolver = NameResolver(hosts: NameResolver.hostsFile())
        let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }
        for option in CommandLine.arguments where option.hasPrefix("--silent=") {
            takeQuestions(at: String(option.dropFirst(9)))
        }
        let names = arguments.filter { bytes($0) == nil }
        for (name, lookup) in zip(names, resolver.addresses(of: Array(names))) { show(name, lookup) }
        let addresses = arguments.filter { bytes($0) != nil }
        for (address, lookup) in zip(addresses, resolver.names(of: addresses.compactMap(bytes))) {
            show(address, lookup)
        }
    }

    private static func show(_ question: String, _ lookup: NameRecords) {
        let found = lookup.addresses.map(text) + lookup.names
        print(
            "\(question): [\(found.joined(separator: " "))] \(lookup.secondsToLive) \(lookup.failure?.rawValue ?? "whole")"
        )
    }

    /// Binds the port of name servers; what arrives stays in the socket's buffer, and is dropped when that is full.
    private static func takeQuestions(at text: String) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(53).bigEndian
        inet_pton(AF_INET, text, &address.sin_addr)
        let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(status == 0, "cannot bind \(text)")
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 { return Array(buffer[..<4]) }
        return inet_pton(AF_INET6, text, &buffer) == 1 ? buffer : nil
    }

    private static func text(_ address: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(address.count == 4 ? AF_INET : AF_INET6, address, &buffer, socklen_t(buffer.count))
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
