import HostModel
import Testing

@Suite struct IPAddressTests {
    @Test(
        "An address is written as RFC 5952 says",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:DB8::", "2001:db8::"),
            ("1:0:0:4:5:6:7:8", "1::4:5:6:7:8"), ("1:2:3:0:5:6:7:8", "1:2:3:0:5:6:7:8"),
            ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
            ("10.0.0.1", "10.0.0.1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("fe80::1:0:0:0", "fe80::1:0:0:0"),
        ])
    func canonicalText(written: String, canonical: String) {
        #expect(IPAddress(written)?.description == canonical)
    }

    @Test(
        "Text that is not an address is refused",
        arguments: [
            "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9", "01.2.3.4", "1.2.3", "1.2.3.256", "12345::", "::g", "1:2",
            "fe80::1%lo",
        ])
    func refusal(written: String) {
        #expect(IPAddress(written) == nil)
    }
}
