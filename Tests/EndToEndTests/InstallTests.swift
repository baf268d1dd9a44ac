import Foundation
import TestSupport
import Testing

/// `scripts/install` into a directory of the test's own, from a small checkout of the test's own.
@Suite struct InstallTests {
    /// A checkout with this one's scripts and templates, the program as built, and two policies.
    let checkout: TemporaryTree
    /// What stands for `/`, or for a home directory.
    let target: TemporaryTree

    init() async throws {
        checkout = try TemporaryTree()
        target = try TemporaryTree()
        for folder in ["scripts", "templates"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(checkout.path)/\(folder)")
        }
        try FileManager.default.copyItem(atPath: Checkout.bailey, toPath: "\(checkout.path)/bailey")
        try checkout.add("policies/approved-ports.yaml", "rules: []\n")
        try checkout.add("policies/posture/ssh.yaml", "checks: []\n")
        // What was seen from the checkout is no policy that ships; no test finds it installed.
        try checkout.add("policies/approved-ports.baseline.yaml", "rules: []\n")
    }

    @discardableResult
    func install(_ options: String...) async throws -> Outcome {
        try await run(
            "\(checkout.path)/scripts/install",
            ["--destdir", target.path, "--binary", "\(checkout.path)/bailey"] + options)
    }

    @Test(
        "Everything is installed where it belongs, with the mode it needs",
        arguments: [
            ("usr/local/bin/bailey", "755 f"), ("etc/bailey", "755 d"), ("etc/bailey/approved-ports.yaml", "644 f"),
            ("etc/bailey/posture/ssh.yaml", "644 f"), ("var/lib/bailey", "750 d"),
            ("etc/systemd/system/bailey-assess.service", "644 f"),
            ("etc/systemd/system/bailey-assess.timer", "644 f"),
        ])
    func placesAndModes(place: String, expected: String) async throws {
        #expect(try await install().status == 0)
        let found = try await run("/usr/bin/find", ["\(target.path)/\(place)", "-maxdepth", "0", "-printf", "%m %y"])
        #expect(found.output == expected)
    }

    @Test("What is installed runs")
    func installedBinary() async throws {
        try await install()
        #expect(try await run("\(target.path)/usr/local/bin/bailey", ["--version"]).status == 0)
    }

    @Test(
        "A dry run prints what the run then does, line by line, and changes nothing", arguments: [[], ["--uninstall"]])
    func dryRun(options: [String]) async throws {
        if !options.isEmpty {
            try await install()
            try target.add("etc/bailey/approved-ports.yaml", "rules: [] # ours\n")
        }
        let common = ["--destdir", target.path, "--binary", "\(checkout.path)/bailey"] + options
        let before = try await target.listing()
        let announced = try await run("\(checkout.path)/scripts/install", common + ["--dry-run"])
        #expect(try await target.listing() == before)
        let done = try await run("\(checkout.path)/scripts/install", common)
        #expect(announced.lines.map { $0.dropFirst("would ".count) } == done.lines)
        #expect(done.lines.count > 5)
    }

    @Test("A second run changes nothing and says so")
    func secondRun() async throws {
        try await install()
        let before = try await target.listing()
        let second = try await install()
        #expect(try await target.listing() == before)
        #expect(second.lines.allSatisfy { $0.hasPrefix("unchanged ") })
        #expect(second.errors.contains("unchanged: everything is in place"))
    }

    @Test("An edited policy stays as it is when the one that ships is still the one that was installed")
    func editedPolicy() async throws {
        try await install()
        try target.add("etc/bailey/approved-ports.yaml", "rules: [] # ours\n")
        let before = try await target.listing()
        let second = try await install()
        #expect(try await target.listing() == before)
        #expect(second.output.contains("keep      /etc/bailey/approved-ports.yaml (edited)"))
    }

    @Test("Beside an edited policy a new version is put, once, for a person to compare")
    func newVersionOfEditedPolicy() async throws {
        try await install()
        try target.add("etc/bailey/approved-ports.yaml", "rules: [] # ours\n")
        try checkout.add("policies/approved-ports.yaml", "rules: [] # version 2\n")
        let second = try await install()
        #expect(try target.text(of: "etc/bailey/approved-ports.yaml") == "rules: [] # ours\n")
        #expect(try target.text(of: "etc/bailey/approved-ports.yaml.new") == "rules: [] # version 2\n")
        #expect(second.output.contains("/etc/bailey/approved-ports.yaml.new"))
        let before = try await target.listing()
        try await install()
        #expect(try await target.listing() == before)
    }

    @Test("A policy that was there before the first installation is kept like an edited one")
    func policyFromBefore() async throws {
        try target.add("etc/bailey/approved-ports.yaml", "rules: [] # ours\n")
        try await install()
        #expect(try target.text(of: "etc/bailey/approved-ports.yaml") == "rules: [] # ours\n")
        #expect(try target.text(of: "etc/bailey/approved-ports.yaml.new") == "rules: []\n")
    }

    @Test("A link in a policy's place is somebody's own and is not replaced")
    func linkedPolicy() async throws {
        try await install()
        try target.add("srv/ports.yaml", "rules: []\n")
        try FileManager.default.removeItem(atPath: "\(target.path)/etc/bailey/approved-ports.yaml")
        try target.addLink("etc/bailey/approved-ports.yaml", to: "\(target.path)/srv/ports.yaml")
        try checkout.add("policies/approved-ports.yaml", "rules: [] # version 2\n")
        try await install()
        #expect(try target.text(of: "srv/ports.yaml") == "rules: []\n")
        #expect(try target.text(of: "etc/bailey/approved-ports.yaml.new") == "rules: [] # version 2\n")
    }

    @Test("A policy that nobody edited follows the version that ships, and goes when none ships any more")
    func untouchedPolicies() async throws {
        try await install()
        try checkout.add("policies/approved-ports.yaml", "rules: [] # version 2\n")
        try FileManager.default.removeItem(atPath: "\(checkout.path)/policies/posture/ssh.yaml")
        try await install()
        #expect(try target.text(of: "etc/bailey/approved-ports.yaml") == "rules: [] # version 2\n")
        #expect(try await !target.files().contains("etc/bailey/posture/ssh.yaml"))
    }

    @Test("Uninstalling removes what was installed, and leaves what was edited, recorded or somebody else's")
    func uninstalling() async throws {
        try await install()
        try target.add("etc/bailey/approved-ports.yaml", "rules: [] # ours\n")
        try target.add("etc/bailey/own.yaml", "ours\n")
        try target.add("var/lib/bailey/assessment.json", "{}\n")
        #expect(try await install("--uninstall").status == 0)
        #expect(
            try await target.files() == [
                "etc/bailey/approved-ports.yaml", "etc/bailey/own.yaml", "var/lib/bailey/assessment.json",
            ])
    }

    @Test("Uninstalling with --purge leaves nothing")
    func purging() async throws {
        try await install()
        try target.add("etc/bailey/approved-ports.yaml", "rules: [] # ours\n")
        try target.add("var/lib/bailey/assessment.json", "{}\n")
        try await install("--uninstall", "--purge")
        #expect(try await target.files() == [])
    }

    @Test("A program of the same name that was not installed here is left alone, and nothing else is begun")
    func foreignProgram() async throws {
        try target.add("usr/local/bin/bailey", "#!/bin/sh\n")
        let outcome = try await install()
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("/usr/local/bin/bailey is there and was not installed by this script"))
        #expect(try await target.files() == ["usr/local/bin/bailey"])
    }

    @Test("The cron form is installed in place of the units when it is asked for")
    func cronForm() async throws {
        try await install("--schedule", "cron", "--prefix", "/opt/bailey")
        let table = try target.text(of: "etc/cron.d/bailey")
        let entries = table.split(separator: "\n").filter { $0.hasPrefix("*/30 * * * * root ") }
        #expect(entries.count == 1)
        #expect(entries.first?.contains(" /opt/bailey/bin/bailey assess ") == true)
        #expect(try await !target.files().contains { $0.contains("systemd") })
    }

    @Test("The units start the program where it was installed")
    func prefix() async throws {
        try await install("--prefix=/opt/bailey")
        let service = try target.text(of: "etc/systemd/system/bailey-assess.service")
        #expect(service.contains("\nExecStart=/opt/bailey/bin/bailey assess\n"))
        #expect(try await target.files().contains("opt/bailey/bin/bailey"))
    }

    @Test("--user needs no root and stays below the home directory")
    func forOneUser() async throws {
        let home = try TemporaryTree()
        try home.addDirectory("home", .init(owner: FileSystemUser.isRoot ? FileSystemUser.nobody : nil))
        let arguments = ["--user", "--binary", "\(checkout.path)/bailey", "--schedule", "systemd"]
        let environment = ["HOME": "\(home.path)/home"]
        let outcome = try await runUnprivileged(
            "\(checkout.path)/scripts/install", arguments, environment: environment)
        #expect(outcome.status == 0)
        #expect(
            try await home.files() == [
                "home/.config/bailey/.installed", "home/.config/bailey/approved-ports.yaml",
                "home/.config/bailey/posture/ssh.yaml", "home/.config/systemd/user/bailey-assess.service",
                "home/.config/systemd/user/bailey-assess.timer", "home/.local/bin/bailey",
            ])
        _ = try await runUnprivileged(
            "\(checkout.path)/scripts/install", ["--user", "--uninstall"], environment: environment)
        #expect(try await home.files() == [])
    }

    @Test("Without root the host's own directories are refused, with both ways on")
    func withoutRoot() async throws {
        let outcome = try await runUnprivileged(
            "\(checkout.path)/scripts/install", ["--binary", "\(checkout.path)/bailey"], environment: ["HOME": "/"])
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("next: sudo scripts/install"))
        #expect(outcome.errors.contains("scripts/install --user"))
    }

    @Test(
        "A command line that makes no sense is refused with exit code 2",
        arguments: [
            ["--frobnicate"], ["--purge"], ["--binary"], ["--binary="], ["--schedule", "daily"],
            ["--prefix", "relative"],
        ])
    func misuse(options: [String]) async throws {
        let outcome = try await run(
            "\(checkout.path)/scripts/install", ["--destdir", target.path] + options)
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("error: "))
        #expect(try await target.files() == [])
    }

    @Test(
        "The service's sandbox lays nothing over what the assessment has to see",
        arguments: [
            "PrivateTmp", "PrivateDevices", "PrivateNetwork", "PrivateUsers", "ProtectProc", "ProcSubset",
            "ProtectKernelModules", "ProtectClock", "TemporaryFileSystem", "InaccessiblePaths", "RootDirectory",
            "NetworkNamespacePath", "IPAddressDeny",
        ])
    func nothingHidden(setting: String) throws {
        for unit in ["bailey-assess.service", "user/bailey-assess.service"] {
            let text = try String(contentsOfFile: "\(Checkout.path)/templates/systemd/\(unit)", encoding: .utf8)
            #expect(!text.contains("\n\(setting)="))
        }
    }
}
