import Foundation
import LinuxSystem
import Testing

/// What the resolver learns from a real name server, each time in a network and mount namespace that goes with the test.
@Suite struct NameResolverTests {
    /// Namespaces need root; the name server and the tools are Debian's dnsmasq-base, iproute2 and util-linux.
    private static let canRun =
        ProcessInfo.processInfo.userName == "root"
        && ["/usr/sbin/dnsmasq", "/usr/sbin/ip", "/usr/bin/unshare"].allSatisfy(FileManager.default.isExecutableFile)

    /// Runs the probe on `names` where `dnsmasq` answers with the given options, `hosts` is the hosts file, and the name servers are those
    /// of `resolv`.
    private func probe(
        _ names: [String], dnsmasq options: [String] = [], hosts: String = "", resolv: String = "nameserver 127.0.0.1\n"
    ) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bailey-names-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(resolv.utf8).write(to: folder.appending(path: "resolv.conf"))
        try Data(hosts.utf8).write(to: folder.appending(path: "hosts"))
        let server =
            [
                "dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --bind-interfaces --listen-address=127.0.0.1 --user=root --pid-file="
            ]
            + options
        // dnsmasq goes to the background once it answers; the process namespace ends it with the shell.
        let script = """
            set -e
            mount --bind "$1/resolv.conf" /etc/resolv.conf
            mount --bind "$1/hosts" /etc/hosts
            ip link set lo up
            \(server.joined(separator: " "))
            shift
            "$@"
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments =
            ["--net", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", script, "sh", folder.path]
            + [try Self.probePath()] + names
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        try #require(lines.count == names.count { !$0.hasPrefix("--") })
        return lines
    }

    /// The probe stands beside the test bundle.
    private static func probePath() throws -> String {
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let places = [executable, URL(filePath: CommandLine.arguments[0])].map { $0.deletingLastPathComponent() }
        let paths = places.map { $0.appending(path: "ResolverProbe").path }
        return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) }, "\(paths)")
    }

    @Test("All addresses of both families are found, with the shortest time they may be kept", .enabled(if: canRun))
    func addresses() throws {
        let lines = try probe(
            ["web.test", "many.test", "alias.test", "WEB.test"],
            dnsmasq: [
                "--local=/test/", "--host-record=web.test,192.0.2.7,2001:db8::7,300",
                "--host-record=many.test,192.0.2.10,77",
                "--host-record=many.test,192.0.2.11,77", "--cname=alias.test,web.test,20",
            ])
        #expect(lines[0] == "web.test: [192.0.2.7 2001:db8::7] 300 whole")
        #expect(
            Set(lines[1].split(whereSeparator: " []".contains)) == [
                "many.test:", "192.0.2.10", "192.0.2.11", "77", "whole",
            ])
        #expect(lines[2] == "alias.test: [192.0.2.7 2001:db8::7] 20 whole")
        #expect(lines[3] == "WEB.test: [192.0.2.7 2001:db8::7] 300 whole")
    }

    @Test("Addresses name themselves, of both families", .enabled(if: canRun))
    func reverse() throws {
        let lines = try probe(
            ["192.0.2.7", "2001:db8::7", "192.0.2.9"],
            dnsmasq: ["--host-record=web.test,192.0.2.7,2001:db8::7,300", "--local=/2.0.192.in-addr.arpa/"])
        #expect(
            lines == [
                "192.0.2.7: [web.test] 300 whole", "2001:db8::7: [web.test] 300 whole",
                "192.0.2.9: [] 0 there is no such name",
            ])
    }

    @Test("The hosts file goes before DNS", .enabled(if: canRun))
    func hosts() throws {
        let lines = try probe(
            ["web.test", "short", "192.0.2.8"], dnsmasq: ["--host-record=web.test,192.0.2.7"],
            hosts: "192.0.2.8 Web.test short # a comment\n2001:db8::8 web.test\n#192.0.2.9 short\nnonsense web.test\n")
        #expect(
            lines == [
                "web.test: [192.0.2.8 2001:db8::8] 60 whole", "short: [192.0.2.8] 60 whole",
                "192.0.2.8: [web.test short] 60 whole",
            ])
    }

    @Test("What fails says how", .enabled(if: canRun))
    func failures() throws {
        let lines = try probe(
            ["none.test", "mail.test", "other.example"], dnsmasq: ["--local=/test/", "--mx-host=mail.test,web.test"])
        #expect(
            lines == [
                "none.test: [] 0 there is no such name", "mail.test: [] 0 it has no address",
                "other.example: [] 0 the name servers did not answer",
            ])
    }

    @Test("A name without a dot is looked for where the host looks", .enabled(if: canRun))
    func searchList() throws {
        let lines = try probe(
            ["db"], dnsmasq: ["--local=/test/", "--host-record=db.lan.test,192.0.2.20,9"],
            resolv: "nameserver 127.0.0.1\nsearch lan.test\n")
        #expect(lines == ["db: [192.0.2.20] 9 whole"])
    }

    @Test(
        "A name with as many addresses as fit in an answer has them all; one with more says that some are missing",
        .enabled(if: canRun))
    func manyAddresses() throws {
        func records(_ name: String, _ count: Int) -> [String] {
            (1...count).map { "--host-record=\(name),10.0.0.\($0),60" }
        }
        let lines = try probe(
            ["fits.test", "over.test"],
            dnsmasq: ["--local=/test/"] + records("fits.test", 60) + records("over.test", 120))
        #expect(lines[0].split(separator: " ").count == 63 && lines[0].hasSuffix("60 whole"))
        #expect(lines[1].hasSuffix("the answer of the name server is not whole"))
    }

    @Test("Name servers that stay silent cost seconds, however many names are asked", .enabled(if: canRun))
    func silence() throws {
        let clock = ContinuousClock()
        let start = clock.now
        // Sockets that take questions and never answer.
        let silent = ["127.0.0.2", "127.0.0.3", "127.0.0.4"]
        let names = (0..<60).map { "n\($0).test" } + silent.map { "--silent=\($0)" }
        let lines = try probe(
            names,
            resolv: silent.map { "nameserver \($0)\n" }.joined() + "options timeout:30 attempts:9\n")
        #expect(lines.filter { $0.hasSuffix("the name servers did not answer") }.count >= 16)
        #expect(lines.allSatisfy { $0.contains(": [] 0 the") })
        #expect(clock.now - start < .seconds(20))
    }

    @Test("What could not run is counted")
    func skipped() {
        if !Self.canRun { print("7 tests of the name resolver did not run: they need root, dnsmasq, ip and unshare") }
    }
}

@Suite struct NameAnswerTests {
    /// An answer with one question for `a.test` and the given records, each owned by a pointer to it.
    private func answer(
        flags: UInt8 = 0x81, announced: UInt8? = nil, _ records: [(type: UInt8, seconds: UInt8, data: [UInt8])]
    ) -> [UInt8] {
        var bytes: [UInt8] = [0, 1, flags, 0x80, 0, 1, 0, announced ?? UInt8(records.count), 0, 0, 0, 0]
        bytes += [1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 1, 0, 1]
        for record in records {
            bytes +=
                [0xc0, 12, 0, record.type, 0, 1, 0, 0, 0, record.seconds, 0, UInt8(record.data.count)] + record.data
        }
        return bytes
    }

    @Test("Addresses, names and the shortest time are read")
    func reading() {
        let parsed = NameAnswer(
            answer([
                (5, 7, [0xc0, 12]), (1, 60, [192, 0, 2, 7]), (28, 60, Array(repeating: 1, count: 16)),
                (1, 60, [192, 0, 2, 7]), (12, 9, [1, 0x62, 0]),
            ]))
        #expect(parsed.addresses == [[192, 0, 2, 7], Array(repeating: 1, count: 16)])
        #expect(parsed.names == ["b"] && parsed.secondsToLive == 7 && !parsed.isIncomplete)
    }

    @Test("An answer that is cut, or says that it is, is not whole")
    func incomplete() {
        let whole = answer([(1, 60, [192, 0, 2, 7]), (1, 60, [192, 0, 2, 8])])
        #expect(NameAnswer(Array(whole.dropLast(3))).isIncomplete)
        #expect(NameAnswer(answer(flags: 0x83, [(1, 60, [192, 0, 2, 7])])).isIncomplete)
        #expect(NameAnswer(answer(announced: 9, [(1, 60, [192, 0, 2, 7])])).isIncomplete)
        #expect(NameAnswer([]).isIncomplete && NameAnswer([0]).isIncomplete)
    }

    @Test("Records of the wrong size, loops of pointers and endless names end the reading, not the program")
    func hostile() {
        for data: [(UInt8, UInt8, [UInt8])] in [
            [(1, 60, [1, 2, 3])], [(28, 60, [1, 2, 3, 4])], [(12, 60, [0xc0, 36])], [(12, 60, [0xc0, 0xff])],
            [(12, 60, [63, 1])],
        ] {
            let parsed = NameAnswer(answer(data))
            #expect(parsed.isIncomplete && parsed.addresses.isEmpty && parsed.names.isEmpty)
        }
    }

    @Test("No bytes whatever make it crash, or find more than there can be")
    func fuzz() {
        var random = SystemRandomNumberGenerator()
        let seed = answer([
            (1, 60, [192, 0, 2, 7]), (12, 60, [1, 0x62, 0xc0, 12]), (28, 60, Array(repeating: 2, count: 16)),
        ])
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let parsed = NameAnswer(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
            #expect(parsed.addresses.count + parsed.names.count <= 128)
        }
    }
}
