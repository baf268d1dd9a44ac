import Testing

@testable import Triage

@Suite struct EntityTests {
    private func lines(_ text: String) -> Set<String> {
        var collector = EntityCollector()
        EntityTextScanner.scan(text, into: &collector)
        return Set(
            collector.entities.map {
                ([$0.kind.rawValue, $0.value] + $0.roles.sorted().map(\.rawValue)).joined(separator: " ")
            })
    }

    @Test(
        "Entities are found in text",
        arguments: [
            (
                "Failed password for invalid user oracle from 203.0.113.9 port 4022 ssh2",
                ["user oracle target", "ipv4 203.0.113.9 source", "port 4022"]
            ),
            (
                "sshd[991]: Accepted publickey for alice from 2001:DB8::1 port 22",
                ["process sshd", "user alice target", "ipv6 2001:db8::1 source"]
            ),
            (
                "see hxxps://Evil.example.com:8443/a?b=c and mail Bob@Corp.example",
                ["url https://evil.example.com:8443/a?b=c", "domain evil.example.com", "email bob@corp.example"]
            ),
            (
                "dropped 44D88612FEA8A8F36DE82E1278ABB02F as C:\\Temp\\a.exe by cve-2021-44228",
                [
                    "hash 44d88612fea8a8f36de82e1278abb02f", "path c:\\temp\\a.exe", "process a.exe",
                    "cve CVE-2021-44228",
                ]
            ),
            (
                "src=198.51.100.4 dst=192.0.2.8 spt=1025 user=mallory",
                ["ipv4 198.51.100.4 source", "ipv4 192.0.2.8 destination", "user mallory"]
            ),
            (
                "connect 198.51.100.4:8080 wrote /tmp/.x/miner",
                ["ipv4 198.51.100.4", "port 8080", "path /tmp/.x/miner"]
            ),
            ("beacon to bad[.]example-site.net", ["domain bad.example-site.net"]),
            ("from 203[.]0[.]113[.]7 [.] [.", ["ipv4 203.0.113.7 source"]),
            ("by=alice authentication-for user_name: x", []),
            ("query for c2.bad-site.net.", ["domain c2.bad-site.net"]),
            ("reverse shell on web-1 as root", ["host web-1 victim"]),
            (
                "mimikatz on server db-7, beacon to server 203.0.113.8",
                ["host db-7 victim", "ipv4 203.0.113.8 destination"]
            ),
            ("dump on host db-8.corp.example", ["host db-8.corp.example victim"]),
            ("beacon to C2 server evil.bad-site.net", ["domain evil.bad-site.net"]),
            ("payload hosted on evil.bad-site.net", ["domain evil.bad-site.net"]),
            (
                "powershell.exe spawned by winword.exe",
                ["process powershell.exe child", "process winword.exe parent"]
            ),
            (
                "outlook.exe has launched mshta.exe",
                ["process mshta.exe child", "process outlook.exe parent"]
            ),
            (
                "process /usr/bin/nc (parent bash) opened a port",
                ["process nc child", "path /usr/bin/nc", "process bash parent"]
            ),
            (
                "parent process: explorer.exe, child process: xmrig",
                ["process explorer.exe parent", "process xmrig child"]
            ),
            ("beacond spawned by apache2 twice", ["process apache2 parent"]),
            ("Connection from [2001:db8::5]:443 to it", ["ipv6 2001:db8::5 source", "port 443"]),
            ("mapped ::ffff:203.0.113.9 here", ["ipv4 203.0.113.9"]),
            (
                "get hxxp[:]//evil[.]bad-site[.]net/a or hxxps://bad[.]example[.]com",
                [
                    "url http://evil.bad-site.net/a", "domain evil.bad-site.net", "url https://bad.example.com",
                    "domain bad.example.com",
                ]
            ),
            ("dport=22 spt=1025 tcp/443 53/udp", ["port 22 destination", "port 1025 source", "port 443", "port 53"]),
            ("/etc/ssh/sshd_config:62: bad option, /srv/a.py:1:7", ["path /etc/ssh/sshd_config", "path /srv/a.py"]),
            ("tcp/203.0.113.80:443 udp/192.0.2.1:53", ["ipv4 203.0.113.80", "port 443", "ipv4 192.0.2.1", "port 53"]),
            ("Account Name:\t\tcarol, Process name: xmrig", ["user carol target", "process xmrig"]),
            ("delete /tmp/x and \"GET /\"", ["path /tmp/x"]),
            ("user agent007 and account was-svc", ["user agent007 target", "user was-svc target"]),
        ])
    func text(text: String, expected: [String]) {
        let found = lines(text)
        for line in expected { #expect(found.contains(line), "\(line) in \(found)") }
    }

    @Test(
        "What only looks like an entity is none",
        arguments: [
            "999.1.2.3 1.2.3 1.2.3.4.5 01.2.3.4 127.0.0.1 0.0.0.0 ::1 224.0.0.1 1.2.3.4/24", "version 10.0.19041 build",
            "12:34:56",
            "main.rs script.sh archive.zip", "CVE-21-1 CVE-2021-1", "00000000000000000000000000000000",
            "12345678901234567890123456789012", "a@b", "port 99999", "http:// https://", "user= user -", "// /",
            "e.g. i.e.", "user agent Mozilla", "reverse shell: user was able", "user was phished",
            "<b>x</b></div> on shop",
            "</script>", "GET /index.html HTTP", "POST /cgi-bin/test.cgi", "requested /wp-login.php",
            "a process that could",
            "process tree of the host was", "on 2026-01-02 on python3 on eth0 on Monday", "on eth0 on top-10 on IPv4",
            "session for the account by mistake", "tcp/99999 tcp/x x/443", "parent company of child care", ":: ::: :",
            "uri=/index.html request=/a/b", "server error on server side",
            "host unreachable and user name of the account name",
        ])
    func lookalikes(text: String) { #expect(lines(text).isEmpty) }

    @Test(
        "However hostile the text, it ends and stays within its limit",
        arguments: ["=", ":", "::", "@", "[", "a=", "\\", "/", "1.", "é", "://"])
    func hostile(piece: String) {
        var collector = EntityCollector()
        EntityTextScanner.scan(String(repeating: piece, count: 50_000), into: &collector)
        #expect(collector.entities.count <= EntityCollector.limit)
    }

    @Test(
        "What is joined to the signs of an address does not hide its host, and a path's program is its last name",
        arguments: ["/", "?", "#", "/a/"])
    func joinedSigns(sign: String) throws {
        let found = try #require(EntityText.url("http://evil.example.com\(sign)\u{301}x"))
        #expect(found.host == "evil.example.com")
        #expect(EntityText.url("http://user:word@\u{301}evil.example.com/") == nil)
        #expect(EntityText.process("/tmp/\u{301}evil").map { Array($0.utf8) } == Array("\u{301}evil".utf8))
    }

    @Test("An alert has at most 64 entities, and says how many it left out")
    func limit() {
        var collector = EntityCollector()
        EntityTextScanner.scan((1...100).map { "198.51.100.\($0)" }.joined(separator: " "), into: &collector)
        #expect(collector.entities.count == 64)
        #expect(collector.omitted == 36)
    }

    @Test(
        "Specific entities bind, common ones never do",
        arguments: [
            (Entity.Kind.ipv4, "203.0.113.5", true), (.ipv4, "8.8.8.8", false), (.ipv4, "10.0.0.1", false),
            (.ipv6, "fe80::1", false),
            (.ipv6, "2001:db8::1", true), (.port, "22", false), (.port, "4444", false), (.host, "web-1", false),
            (.user, "root", false),
            (.user, "alice", true), (.user, "web-1$", false), (.process, "sshd", false), (.process, "xmrig", true),
            (.hash, "44d88612fea8a8f36de82e1278abb02f", true), (.domain, "update.microsoft.com", false),
            (.domain, "evil.net", true),
            (.hash, "d41d8cd98f00b204e9800998ecf8427e", false),
            (.hash, "da39a3ee5e6b4b0d3255bfef95601890afd80709", false),
            (.hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false),
            (.path, "/proc", false), (.path, "/root", false), (.path, "/tmp/", false), (.path, "/index.html", false),
            (.path, "/var/lib/dpkg/status", false), (.path, "/root/.ssh/x", true), (.path, "/dev/shm", false),
            (.path, "/dev/shm/.x", true), (.path, "c:\\users", false), (.path, "c:\\users\\public\\a.exe", true),
            (.path, "/etc/passwd", false), (.path, "/tmp/.x/miner", true), (.cve, "CVE-2021-44228", false),
        ])
    func weights(kind: Entity.Kind, value: String, binds: Bool) {
        let weight = EntityWeight(of: Entity(kind: kind, value: value))
        #expect(weight.binds == binds)
        #expect((0...1).contains(weight.value))
    }

    @Test(
        "Times are read in the forms products write them, and nonsense is none",
        arguments: [
            ("2025-05-29T21:37:32.128+0000", 1_748_554_652_128), ("2025-05-29T21:37:32Z", 1_748_554_652_000),
            ("2025-05-29 23:37:32,5+02:00", 1_748_554_652_500), ("2024-02-29T00:00:00", 1_709_164_800_000),
            ("2025-13-01T00:00:00Z", nil), ("2026-02-30T00:00:00Z", nil), ("2025-02-29T00:00:00Z", nil),
            ("2100-02-29T00:00:00Z", nil), ("2026-04-31T00:00:00Z", nil), ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2026-12-31T00:00:00Z", 1_798_675_200_000),
            ("2025-01-01", nil), ("yesterday at 10:00:00", nil),
            ("2025-01-01T00:00:00+25:00", nil),
        ] as [(String, Int64?)])
    func times(text: String, expected: Int64?) { #expect(EventTime(text: text)?.milliseconds == expected) }

    @Test("A path that Unicode calls equivalent to one before it is another, and is not left out")
    func equivalentPaths() {
        var collector = EntityCollector()
        for path in ["/tmp/\u{212a}", "/tmp/K", "/tmp/\u{212a}"] { collector.add(.path, path) }
        #expect(collector.entities.map { Array($0.value.utf8) } == [Array("/tmp/\u{212a}".utf8), Array("/tmp/K".utf8)])
    }
}
