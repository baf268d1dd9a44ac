import Testing

@testable import HTTPServer

@Suite struct HTTPClientAddressTests {
    @Test(
        "Limits count IPv4 by address but for this host's own, IPv4 within IPv6 as IPv4, and IPv6 by the /64 that its link has",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:c000:207", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"), ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("127.0.0.1", "127.0.0.0/8"), ("127.9.8.7", "127.0.0.0/8"), ("::ffff:127.0.0.2", "127.0.0.0/8"),
            ("::1", "::/64"), ("fe80::1%eth0", "fe80::/64%eth0"), ("fe80::2%eth1", "fe80::/64%eth1"),
            // No IPv4-mapped address: the ten bytes before are not all zero, or the two are no ones.
            ("1::ffff:192.0.2.7", "1::/64"), ("::fffe:192.0.2.7", "::/64"),
        ])
    func counted(address: String, network: String) {
        #expect(HTTPClientAddress.address(address).counted.description == network)
    }

    @Test("Whoever is not at an IP address is counted as what it is")
    func others() {
        for client in [HTTPClientAddress.user(7), .unknown, .address("no address"), .address("")] {
            #expect(client.counted == client)
        }
    }

    @Test("What is counted together is told from an address of the same text")
    func distinct() {
        let client = HTTPClientAddress.address("2001:db8::5").counted
        #expect(client == HTTPClientAddress.address("2001:db8::6").counted)
        #expect(client != HTTPClientAddress.address("2001:db8::"))
        #expect(client.counted == client)
    }
}
