import HostModel
package import JSON

package import struct FoundationEssentials.Date

extension ResolvedNames {
    /// More than a cache of one host ever holds.
    private static let entryLimit = 10_000

    /// What still holds at `now`, as a document: times in seconds since 1970. Failures are not kept.
    package func json(at now: Date) -> [UInt8] {
        let names = current(at: now)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member(
                "forward",
                array: { writer in
                    for (name, entry) in names.forward.sorted(by: { $0.key < $1.key }).prefix(Self.entryLimit) {
                        writer.object { writer in
                            writer.member("name", name.description)
                            writer.member("addresses", entry.addresses.map(\.description))
                            writer.member("expires_at", Int(entry.expiresAt.timeIntervalSince1970.rounded(.down)))
                        }
                    }
                })
            writer.member(
                "reverse",
                array: { writer in
                    for (address, entry) in names.reverse.sorted(by: { $0.key < $1.key }).prefix(Self.entryLimit) {
                        writer.object { writer in
                            writer.member("address", address.description)
                            writer.member("names", entry.names.map(\.description))
                            writer.member("expires_at", Int(entry.expiresAt.timeIntervalSince1970.rounded(.down)))
                        }
                    }
                })
        }
        return writer.drain()
    }

    /// Reads what `json(at:)` wrote. An entry that makes no sense is left out, and none holds for longer than a day from `now`: the file
    /// can be old or broken, and a name that is missing is only looked up again.
    package init(json bytes: [UInt8], now: Date) throws(JSONError) {
        self.init()
        let document = try JSONValue(parsing: bytes, limit: 4 << 20)
        guard document["schema"]?.number == 1 else { return }
        for entry in (document["forward"]?.elements ?? []).prefix(Self.entryLimit) {
            guard let name = entry["name"]?.text.flatMap({ HostName($0) }), let expiresAt = Self.expiry(entry, now)
            else {
                continue
            }
            let addresses = (entry["addresses"]?.elements ?? []).compactMap { $0.text.flatMap { IPAddress($0) } }
            forward[name] = Addresses(addresses: addresses, expiresAt: expiresAt)
        }
        for entry in (document["reverse"]?.elements ?? []).prefix(Self.entryLimit) {
            guard let address = entry["address"]?.text.flatMap({ IPAddress($0) }),
                let expiresAt = Self.expiry(entry, now)
            else { continue }
            let names = (entry["names"]?.elements ?? []).compactMap { $0.text.flatMap { HostName($0) } }
            reverse[address.unmapped] = Names(names: names, expiresAt: expiresAt)
        }
    }

    private static func expiry(_ entry: JSONValue, _ now: Date) -> Date? {
        guard let seconds = entry["expires_at"]?.number else { return nil }
        let time = Date(timeIntervalSince1970: seconds)
        return time > now && time <= now.addingTimeInterval(86_400) ? time : nil
    }
}
