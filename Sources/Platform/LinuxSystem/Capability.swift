/// A right of root that a process may hold by itself (capabilities(7)); the raw value is its number in the kernel.
package enum Capability: UInt8, Sendable, CaseIterable {
    case override = 1
    case readSearch = 2
    case networkAdministration = 12
    case ptrace = 19
    case systemAdministration = 21

    package var name: String {
        switch self {
        case .override: "CAP_DAC_OVERRIDE"
        case .readSearch: "CAP_DAC_READ_SEARCH"
        case .networkAdministration: "CAP_NET_ADMIN"
        case .ptrace: "CAP_SYS_PTRACE"
        case .systemAdministration: "CAP_SYS_ADMIN"
        }
    }

    /// Those in effect for this process, by `CapEff` of `/proc/self/status`. Overriding permissions implies reading.
    package static func effective() throws(SystemError) -> Set<Capability> {
        let path = "/proc/self/status"
        let lines = try FileTree().lines(of: path, limit: 64 << 10)
        guard let line = lines.first(where: { $0.hasPrefix("CapEff:") }),
            let bits = UInt64(line.dropFirst("CapEff:".count).filter { $0 != "\t" && $0 != " " }, radix: 16)
        else { throw SystemError("read", path, code: .invalid) }
        var held = Set(allCases.filter { bits & 1 << $0.rawValue != 0 })
        if held.contains(.override) { held.insert(.readSearch) }
        return held
    }
}
