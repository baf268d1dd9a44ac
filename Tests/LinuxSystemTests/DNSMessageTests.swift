import Testing

@testable import LinuxSystem

@Suite struct DNSMessageTests {
    /// An answer as a server writes it: www.example.org is an alias of web.example.net, which has an address of each family; names after
    /// the first are pointers.
    static let answer: [UInt8] =
        [0x12, 0x34, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0] + name("www.example.org") + [0, 1, 0, 1]
        + [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 17] + name("web.example.net")
        + [0xc0, 45, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 1]
        + [0xc0, 45, 0, 28, 0, 1, 0, 0, 0, 30, 0, 16, 0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]

    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    @Test("Aliases are followed, and the shortest time of all records counts")
    func aliases() throws {
        let message = try #require(DNSMessage(parsing: Self.answer))
        let v4 = message.values(of: "www.example.org", type: .a)
        #expect(v4.values == [.address([192, 0, 2, 1])])
        #expect(v4.timeToLive == 60)
        let v6 = message.values(of: "www.example.org", type: .aaaa)
        #expect(v6.values.count == 1)
        #expect(v6.timeToLive == 30)
        #expect(
            message.values(of: "other.example.org", type: .a).values.isEmpty, "a record nobody asked for is not taken")
    }

    @Test("A message that is cut anywhere is no message")
    func truncation() {
        for length in 0..<Self.answer.count {
            #expect(DNSMessage(parsing: Array(Self.answer.prefix(length))) == nil, "\(length) bytes")
        }
    }

    @Test("Any byte may be wrong without harm")
    func corruption() {
        for index in Self.answer.indices {
            for value in [0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff] as [UInt8] {
                var bytes = Self.answer
                bytes[index] = value
                _ = DNSMessage(parsing: bytes)?.values(of: "www.example.org", type: .a)
            }
        }
    }

    @Test("Pointers that lead forward or to themselves, and aliases in a circle, end")
    func circles() {
        let header: [UInt8] = [0, 0, 0x80, 0, 0, 0, 0, 2, 0, 0, 0, 0]
        #expect(DNSMessage(parsing: header + [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]) == nil)
        #expect(DNSMessage(parsing: header + [0xc0, 14, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]) == nil)
        let circle =
            header + Self.name("a.b") + [0, 5, 0, 1, 0, 0, 0, 9, 0, 5] + Self.name("c.d") + Self.name("c.d")
            + [0, 5, 0, 1, 0, 0, 0, 9, 0, 5] + Self.name("a.b")
        #expect(DNSMessage(parsing: circle)?.answers.count == 2)
        #expect(DNSMessage(parsing: circle)?.values(of: "a.b", type: .a).values == [])
    }

    @Test("A name with bytes that no host name has is none, a dot inside a label among them")
    func hostileNames() throws {
        let header: [UInt8] = [0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        for label in [[0x61, 0x2e, 0x62], [0x1b, 0x5b], [0xff, 0xfe]] as [[UInt8]] {
            let target = [UInt8(label.count)] + label + [0]
            let bytes =
                header + Self.name("1.2.0.192.in-addr.arpa") + [0, 12, 0, 1, 0, 0, 0, 9, 0, UInt8(target.count)]
                + target
            #expect(try #require(DNSMessage(parsing: bytes)).answers.isEmpty)
        }
    }

    @Test(
        "Addresses are looked up under their reverse names",
        arguments: [
            ([192, 0, 2, 1], "1.2.0.192.in-addr.arpa"),
            (
                [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [0xab],
                "b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
            ),
        ] as [([UInt8], String)])
    func reverseNames(address: [UInt8], name: String) {
        #expect(NameService.reverseName(of: address) == name)
    }

    @Test("The hosts file wins, in any case of letters, and comments and nonsense in it are passed over")
    func hostsFile() throws {
        let hosts = HostsFile(
            parsing:
                "# all\n127.0.0.1 localhost # here\n::1\tlocalhost ip6-localhost\r\nnonsense x\n192.0.2.7 Build.Example\n"
        )
        let service = NameService(hosts: hosts) { _, _ in .failure(.failure(.noAnswer)) }
        #expect(try service.addresses(of: "localhost").values.map(\.count) == [4, 16])
        #expect(try service.addresses(of: "build.example").values == [[192, 0, 2, 7]])
        #expect(try service.names(of: [192, 0, 2, 7]).values == ["build.example"])
        #expect(throws: NameService.Failure.noAnswer) { try service.addresses(of: "x") }
    }

    @Test("A name that does not exist has no addresses; an answer that is none is a failure")
    func failures() throws {
        let none = NameService(hosts: HostsFile(parsing: "")) { _, _ in .failure(.noSuchRecord) }
        #expect(try none.addresses(of: "x") == .init(values: [], timeToLive: NameService.otherTimeToLive))
        let broken = NameService(hosts: HostsFile(parsing: "")) { _, _ in .success([1, 2, 3]) }
        #expect(throws: NameService.Failure.malformed) { try broken.addresses(of: "x") }
    }
}
