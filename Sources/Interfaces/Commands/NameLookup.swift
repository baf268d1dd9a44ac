import HostModel
import Policies

import struct FoundationEssentials.Date

/// Asks the name service what the egress allowlist needs to know.
struct NameLookup {
    let now: Date
    private(set) var names = ResolvedNames()

    init(now: Date) { self.now = now }

    mutating func resolve(_ names: [HostName]) {
        for name in names { self.names.failures[name] = "name look-ups are not there yet" }
    }

    mutating func name(_ addresses: [IPAddress]) {}
}
