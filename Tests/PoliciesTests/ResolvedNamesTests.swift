import FoundationEssentials
import HostModel
import Policies
import Testing

@Suite struct ResolvedNamesTests {
    private let web = HostName("www.example.com")
    private let address = IPAddress("192.0.2.7")

    @Test("Only names that lead back to the address are kept")
    func confirmation() throws {
        let (web, address) = (try #require(web), try #require(address))
        let liar = try #require(HostName("bank.example"))
        var names = ResolvedNames()
        names.record(web, addresses: [address, .anyIPv6], seconds: 60, failure: nil, now: noon)
        names.record(liar, addresses: [.anyIPv4], seconds: 60, failure: nil, now: noon)
        names.confirm([web, liar, try #require(HostName("unknown.example"))], of: address, seconds: 3600, now: noon)
        #expect(names.reverse[address]?.names == [web])
        #expect(names.reverse[address]?.expiresAt == noon + 60)
        let mapped = try #require(IPAddress("::ffff:192.0.2.7"))
        names.confirm([liar], of: mapped, seconds: 1, now: noon)
        #expect(names.reverse[address]?.names == [] && names.reverse[mapped] == nil)
    }

    @Test("A failure is kept beside what was learnt, and nothing is kept for longer than a day or shorter than a run")
    func recording() throws {
        let (web, address) = (try #require(web), try #require(address))
        var names = ResolvedNames()
        names.record(web, addresses: [], seconds: 0, failure: "no answer", now: noon)
        #expect(names.forward[web] == nil && names.failures[web] == "no answer")
        names.record(web, addresses: [address], seconds: .max, failure: "cut", now: noon)
        #expect(names.forward[web]?.expiresAt == noon + 86_400 && names.failures[web] == "cut")
        names.record(web, addresses: [address], seconds: 0, failure: nil, now: noon)
        #expect(names.forward[web]?.expiresAt == noon + 30 && names.failures.isEmpty)
    }

    @Test("What is saved reads back the same, without what no longer holds and without failures")
    func roundTrip() throws {
        let (web, address) = (try #require(web), try #require(address))
        var names = ResolvedNames()
        names.record(
            web, addresses: [address, try #require(IPAddress("2001:db8::7"))], seconds: 60, failure: nil, now: noon)
        names.confirm([web], of: address, seconds: 60, now: noon)
        #expect(try ResolvedNames(json: names.json(at: noon), now: noon) == names)
        names.failures[web] = "gone"
        #expect(try ResolvedNames(json: names.json(at: noon), now: noon).failures.isEmpty)
        #expect(try ResolvedNames(json: names.json(at: noon), now: noon + 60) == ResolvedNames())
        #expect(try ResolvedNames(json: names.json(at: noon + 60), now: noon) == ResolvedNames())
    }

    @Test(
        "A broken cache is an error or holds less, never more",
        arguments: [
            "{\"schema\":2,\"forward\":[{\"name\":\"a.b\",\"addresses\":[\"1.2.3.4\"],\"expires_at\":1781524860}]}",
            "{\"schema\":1,\"forward\":[{\"name\":\"a b\",\"addresses\":[\"1.2.3.4\"],\"expires_at\":1781524860}, 7, {\"name\":\"a.b\"}]}",
            "{\"schema\":1,\"forward\":[{\"name\":\"a.b\",\"addresses\":[\"1.2.3.4\"],\"expires_at\":9999999999}]}",
            "{\"schema\":1,\"reverse\":[{\"address\":\"here\",\"names\":[\"a.b\"],\"expires_at\":1781524860}]}", "{}",
            "[]",
        ])
    func brokenCaches(text: String) throws {
        let names = try ResolvedNames(json: Array(text.utf8), now: noon)
        #expect(names.forward.isEmpty && names.reverse.isEmpty)
        #expect(throws: (any Error).self) { try ResolvedNames(json: Array(text.utf8.dropLast()), now: noon) }
    }
}
