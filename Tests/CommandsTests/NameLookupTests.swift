import Foundation
import HostModel
import LinuxSystem
import Policies
import Testing

@testable import Commands

/// Only names of the hosts file: nothing here asks a name server.
@Suite struct NameLookupTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func lookup(cached: ResolvedNames = ResolvedNames()) -> NameLookup {
        let hosts = HostsFile(parsing: ["7 www.example.com api.example.com", "8 api.example.com"]) { text in
            UInt8(text).map { [192, 0, 2, $0] }
        }
        return NameLookup(now: now, cached: cached, resolver: NameResolver(hosts: hosts))
    }

    @Test("Names of the policy become addresses, each for as long as it holds")
    func forward() throws {
        var lookup = lookup()
        let api = try #require(HostName("api.example.com"))
        lookup.resolve([api])
        #expect(lookup.names.forward[api]?.addresses.map(\.description) == ["192.0.2.7", "192.0.2.8"])
        #expect(lookup.names.forward[api]?.expiresAt == now + 60 && lookup.names.failures.isEmpty)
    }

    @Test("Addresses become the names that lead back to them")
    func reverse() throws {
        var lookup = lookup()
        let address = try #require(IPAddress("192.0.2.7"))
        lookup.name([address])
        #expect(lookup.names.reverse[address]?.names.map(\.description) == ["www.example.com", "api.example.com"])
    }

    @Test("What an earlier run learnt and still holds is not asked again")
    func cache() throws {
        let api = try #require(HostName("api.example.com"))
        var cached = ResolvedNames()
        cached.record(api, addresses: [.anyIPv4], seconds: 60, failure: nil, now: now - 30)
        var fresh = lookup(cached: cached)
        fresh.resolve([api])
        #expect(fresh.names.forward[api]?.addresses == [.anyIPv4])
        cached.forward[api]?.expiresAt = now
        var stale = lookup(cached: cached)
        stale.resolve([api])
        #expect(stale.names.forward[api]?.addresses.count == 2)
    }
}
