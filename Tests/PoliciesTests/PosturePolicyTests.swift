import ControlFrameworks
import Findings
import HostModel
import Policies
import Testing

@Suite struct PosturePolicyTests {
    private func parse(_ text: String) throws(PolicyErrors) -> PosturePolicy {
        try PosturePolicy(parsing: [PolicyText(path: "k.yaml", text)], categories: ["kernel"], knows: { _ in true })
    }

    private func expectation(_ text: String) throws -> FactExpectation {
        let file = """
            schema: 1
            category: kernel
            checks:
              - {id: a, title: t, key: k, expected: \(text), rationale: r, remediation: r, risk: low, controls: {iso: [A.8.9]}}
            """
        return try #require(try parse(file).checks.first).expected
    }

    @Test("Every key of a check is read")
    func everyKey() throws {
        let text = """
            schema: 1
            category: kernel
            checks:
              - id: kernel-pointers-hidden
                title: Kernel addresses are hidden from ordinary users
                key: sysctl.kernel.kptr_restrict
                expected: { at_least: 1 }
                absent: violation
                absent_why: a kernel without it hides nothing
                rationale: They help an exploit.
                remediation: Set it to 1.
                risk: medium
                controls: { iso: [A.8.9], csf: [PR.PS-01], sp80053: [CM-6, SI-16] }
            """
        let check = try #require(try parse(text).checks.first)
        #expect(check.id == "kernel-pointers-hidden" && check.category == "kernel")
        #expect(check.key == FactKey("sysctl.kernel.kptr_restrict") && check.expected == .atLeast(1))
        #expect(check.absent == .violation && check.absentWhy == "a kernel without it hides nothing")
        #expect(
            check.risk == .medium && check.rationale == "They help an exploit." && check.remediation == "Set it to 1.")
        #expect(check.controls == [.iso("A.8.9"), .csf("PR.PS-01"), .sp80053("CM-6"), .sp80053("SI-16")])
        #expect(check.location.description == "k.yaml:4:5")
    }

    @Test("A fact that is not there makes a check not applicable unless it says otherwise")
    func absence() throws {
        let text =
            "schema: 1\ncategory: kernel\nchecks:\n  - {id: a, title: t, key: k, expected: {equals: 1}, rationale: r, remediation: r, risk: low, controls: {}}\n"
        #expect(try parse(text).checks.first?.absent == .notApplicable)
    }

    @Test(
        "An expectation is met by what it means, however the fact is written",
        arguments: [
            (
                "{equals: 1}", [FactValue.number(1), .text("1"), .flag(true)],
                [.number(2), .text("x"), .flag(false), .list(["1"])]
            ),
            ("{equals: no}", [.text("no"), .flag(false)], [.text("yes"), .flag(true), .text("NO")]),
            (
                "{equals: true}", [.flag(true), .text("yes"), .text("on"), .number(1)],
                [.flag(false), .text("maybe"), .list(["true"])]
            ),
            ("{equals: \"1\"}", [.text("1"), .number(1)], [.number(10)]),
            ("{equals: []}", [.list([])], [.list(["root"]), .text("")]),
            ("{equals: [a, b]}", [.list(["b", "a"])], [.list(["a"])]),
            ("{one_of: [no, prohibit-password]}", [.text("no"), .text("prohibit-password")], [.text("yes")]),
            ("{one_of: [1, 2]}", [.number(2), .text("2")], [.number(0), .text("")]),
            (
                "{at_least: 1}", [.number(1), .number(9), .text(" 2 ")],
                [.number(0), .text("many"), .flag(true), .list([])]
            ),
            ("{at_most: 300}", [.number(300), .number(-1)], [.number(301), .text("")]),
            (
                "{contains: noexec}", [.list(["nosuid", "noexec"]), .text("rw,noexec")],
                [.list([]), .text("rw,noexecute"), .number(1)]
            ),
            ("{contains_all: [a, b]}", [.list(["b", "a", "c"])], [.list(["a"])]),
            (
                "{excludes: 3des-cbc}", [.text("aes128-ctr,aes256-ctr"), .list([])],
                [.text("aes128-ctr, 3des-cbc"), .number(0)]
            ),
            ("{excludes: [a, b]}", [.list(["c"])], [.list(["c", "b"])]),
            (
                "{mode_at_most: \"0640\"}",
                [.number(0o640), .number(0o600), .number(0o100640), .text("640"), .text("0400")],
                [.number(0o644), .number(0o4640), .text("0660"), .text("rw-"), .flag(true)]
            ),
            ("{mode_at_most: 0755}", [.number(0o755)], [.number(0o775)]),
        ] as [(String, [FactValue], [FactValue])])
    func expectations(text: String, met: [FactValue], unmet: [FactValue]) throws {
        let expected = try expectation(text)
        for value in met { #expect(expected.isMet(by: value), "\(expected) by \(value)") }
        for value in unmet { #expect(!expected.isMet(by: value), "\(expected) by \(value)") }
    }

    @Test(
        "An expectation reads as words",
        arguments: [
            ("{at_least: 1}", "at least 1"), ("{at_most: 4}", "at most 4"), ("{equals: no}", "no"),
            ("{equals: []}", "nothing in it"),
            ("{one_of: [no, prohibit-password]}", "no or prohibit-password"), ("{contains_all: [a, b]}", "with a, b"),
            ("{excludes: a}", "without a"), ("{mode_at_most: \"0640\"}", "mode 0640 or stricter"),
        ])
    func words(text: String, expected: String) throws {
        #expect(try expectation(text).description == expected)
    }
}

@Suite struct ConfigurationTests {
    @Test("Every key of the configuration is read, and what is left out has its default")
    func everyKey() throws {
        let text = "schema: 1\nnotify_commands: [/usr/local/bin/notify]\nowner: ops\ndue_days: {critical: 1, high: 2}\n"
        let configuration = try Configuration(parsing: PolicyText(path: "c", text))
        #expect(configuration.notifyCommands == ["/usr/local/bin/notify"] && configuration.owner == "ops")
        #expect(Severity.allCases.map(configuration.dueDays(for:)) == [180, 90, 2, 1])
        #expect(try Configuration(parsing: PolicyText(path: "c", "schema: 1\n")) == Configuration())
    }

    @Test(
        "An interpreter is known by its name, with or without a version",
        arguments: [
            "/bin/sh", "/bin/bash", "/usr/bin/python3", "/usr/bin/python3.11", "/usr/bin/perl5.36.0", "/usr/bin/env",
            "/bin/busybox",
        ])
    func interpreters(path: String) { #expect(Interpreter.isOne(path)) }

    @Test(
        "Other programs are none",
        arguments: ["/usr/local/bin/notify", "/usr/bin/logger", "/usr/sbin/sendmail", "/opt/sh/notify2"])
    func programs(path: String) { #expect(!Interpreter.isOne(path)) }
}

@Suite struct CalendarDayTests {
    @Test("Days read back as written over leap years and centuries")
    func roundTrip() {
        for text in [
            "1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "1999-12-31", "2100-03-01", "0001-01-01",
            "9999-12-31",
        ] {
            #expect(CalendarDay(text)?.description == text)
        }
        #expect(CalendarDay("1970-01-01")?.number == 0 && CalendarDay("2000-03-01")?.number == 11_017)
        for number in stride(from: -719_000, through: 2_900_000, by: 9_973) {
            let day = CalendarDay(number: number)
            #expect(CalendarDay(day.description) == day)
        }
    }

    @Test(
        "Days that no month has are refused",
        arguments: [
            "2026-02-29", "2100-02-29", "2026-04-31", "2026-00-01", "2026-01-00", "2026-1-01", "+026-01-01", "",
        ])
    func refusal(text: String) { #expect(CalendarDay(text) == nil) }
}

@Suite struct CleartextServiceTests {
    @Test(
        "Cleartext services are known by protocol and port",
        arguments: [
            (Transport.tcp, 23, "Telnet"), (.tcp, 21, "FTP"), (.udp, 69, "TFTP"), (.tcp, 5901, "VNC"),
            (.mptcp, 6379, "Redis"), (.udp, 11211, "memcached"),
        ] as [(Transport, UInt32, String)])
    func known(transport: Transport, port: UInt32, name: String) {
        #expect(CleartextService.at(transport, port: port)?.name == name)
    }

    @Test("Services that may speak TLS on their port, and other protocols on a known one, are not")
    func unknown() {
        for (transport, port) in [
            (.tcp, 22), (.tcp, 443), (.tcp, 5432), (.tcp, 25), (.udp, 23), (.raw, 21), (.vsock, 80),
        ] as [(Transport, UInt32)] {
            #expect(CleartextService.at(transport, port: port) == nil)
        }
    }

    @Test("Obsolete services count on loopback too, at low severity; others only beyond it")
    func severity() {
        #expect(CleartextService.at(.tcp, port: 23)?.severity(exposure: .loopback) == .low)
        #expect(CleartextService.at(.tcp, port: 23)?.severity(exposure: .public) == .critical)
        #expect(CleartextService.at(.tcp, port: 6379)?.severity(exposure: .loopback) == nil)
        #expect(CleartextService.at(.tcp, port: 6379)?.severity(exposure: .private) == .medium)
        #expect(CleartextService.at(.tcp, port: 80)?.severity(exposure: .private) == .low)
    }
}
