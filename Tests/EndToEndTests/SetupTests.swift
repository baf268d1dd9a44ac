import Foundation
import TestSupport
import Testing

/// The set-up that `scripts/assess`, `scripts/test` and the others share, on hosts that lack something. Programs that would ask or change
/// the host are stood in for by scripts that answer and note down how they were called.
@Suite struct SetupTests {
    let checkout: TemporaryTree

    init() throws {
        checkout = try TemporaryTree()
        try FileManager.default.copyItem(atPath: "\(Checkout.path)/scripts", toPath: "\(checkout.path)/scripts")
        // The only programs to be found are these and the stand-ins.
        for program in [
            "bash", "cat", "cmp", "dirname", "env", "grep", "head", "sed", "sort", "stat", "tail",
        ] {
            try checkout.addLink("bin/\(program)", to: "/usr/bin/\(program)")
        }
        try standIn("id", "echo 1000")
        try standIn("dpkg-query", "echo 'installed '")
        try standIn("swift", "echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'")
    }

    /// Puts a shell script in the place of a program.
    func standIn(_ program: String, _ script: String) throws {
        try checkout.add("bin/\(program)", "#!/usr/bin/env bash\n\(script)\n", .init(mode: 0o755))
    }

    /// What stands in for `dpkg-query` where `packages` are not installed.
    func lacking(_ packages: String) throws {
        try standIn("dpkg-query", "case \" \(packages) \" in *\" ${!#} \"*) exit 1 ;; *) echo 'installed ' ;; esac")
    }

    func script(_ name: String) async throws -> Outcome {
        try await run(
            "\(checkout.path)/bin/bash", ["\(checkout.path)/scripts/\(name)"],
            environment: ["PATH": "\(checkout.path)/bin"])
    }

    @Test(
        "A missing package without root or sudo is an error that names the command to run",
        arguments: ["assess", "test"])
    func withoutRoot(name: String) async throws {
        try lacking("libmnl-dev libyaml-dev")
        let outcome = try await script(name)
        #expect(outcome.status == 3)
        #expect(
            outcome.errors == """
                error: Debian packages are missing, and installing them needs root: libmnl-dev libyaml-dev
                  next: as root, run: apt-get install --no-install-recommends libmnl-dev libyaml-dev
                  next: then run this again: \(checkout.path)/scripts/\(name)

                """)
    }

    @Test("With sudo the packages that are missing are installed, those alone, and it is said")
    func withSudo() async throws {
        try lacking("libmnl-dev")
        try standIn("sudo", "echo \"$*\" >>'\(checkout.path)/asked'; if [[ $1 == bash ]]; then cat >/dev/null; fi")
        let outcome = try await script("assess")
        #expect(outcome.errors.contains("==> installing Debian packages: libmnl-dev\n"))
        #expect(
            try checkout.text(of: "asked").split(separator: "\n") == [
                "-n true", "apt-get update -qq", "bash -s -- libmnl-dev",
            ])
    }

    @Test("Nothing is asked of the package manager when nothing is missing")
    func nothingMissing() async throws {
        try standIn("sudo", "touch '\(checkout.path)/asked'")
        let outcome = try await script("assess")
        #expect(!outcome.errors.contains("installing"))
        #expect(!FileManager.default.fileExists(atPath: "\(checkout.path)/asked"))
    }

    @Test("A package that Debian's lists do not have is named, with what to check")
    func unknownPackage() async throws {
        try lacking("libmnl-dev libyaml-dev")
        try standIn("sudo", "if [[ $1 == bash ]]; then cat >/dev/null; exit 100; fi")
        try standIn("apt-cache", "if [[ ${!#} == libyaml-dev ]]; then echo 'Package: libyaml-dev'; fi")
        let outcome = try await script("assess")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("error: Debian's package lists do not have: libmnl-dev\n"))
        #expect(outcome.errors.contains("next: check that /etc/apt names Debian 12's main archive"))
    }

    @Test("A host that is not Debian is told what is needed, and the build is tried")
    func notDebian() async throws {
        try FileManager.default.removeItem(atPath: "\(checkout.path)/bin/dpkg-query")
        let outcome = try await script("assess")
        #expect(outcome.errors.contains("warning: this is not Debian, so packages are left to you"))
        #expect(outcome.errors.contains("libmnl-dev"))
        #expect(outcome.errors.contains("building bailey for release"))
    }

    @Test(
        "Swift that is missing, broken or too old is an error with the next step",
        arguments: [
            (nil, "no swift on PATH"),
            ("exit 1", "swift does not run: "),
            (
                "echo 'Swift version 5.10.1 (swift-5.10.1-RELEASE)'",
                "Swift 5.10.1 is too old: Bailey needs 6.2 or later"
            ),
            ("echo 'Apple Swift version 6.1'", "Swift 6.1 is too old: Bailey needs 6.2 or later"),
            ("echo nonsense", "swift --version says no version: nonsense"),
        ])
    func swift(answer: String?, complaint: String) async throws {
        try FileManager.default.removeItem(atPath: "\(checkout.path)/bin/swift")
        if let answer { try standIn("swift", answer) }
        let outcome = try await script("assess")
        #expect(outcome.status == 3)
        #expect(outcome.errors.hasPrefix("error: \(complaint)"))
        #expect(outcome.errors.contains("next: install Swift 6.2 or later from https://www.swift.org/install/linux/"))
    }

    @Test("Swift of a later version passes", arguments: ["6.2", "6.2.1", "6.10", "7.0"])
    func laterSwift(version: String) async throws {
        try standIn("swift", "echo 'Swift version \(version) (swift-\(version)-RELEASE)'")
        #expect(try await script("assess").errors.contains("building bailey for release"))
    }

    @Test(
        "Every script says what it does, and does nothing else, when asked for help",
        arguments: ["assess", "test", "lint", "install"])
    func help(name: String) async throws {
        let outcome = try await run("\(checkout.path)/scripts/\(name)", ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("Usage: scripts/\(name) "))
        #expect(outcome.errors == "")
    }

    @Test(
        "Options of scripts/assess go on to bailey, and an output or policies among them take the place of the checkout's"
    )
    func passingOn() async throws {
        try standIn("swift", "echo 'Swift version 6.3.1'")
        try checkout.add(
            ".build/programs/release/bailey", "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n", .init(mode: 0o755))
        let plain = try await script("assess")
        let top = checkout.path
        #expect(plain.lines == ["assess", "--policies", "\(top)/policies", "--output", "\(top)/assessments"])
        let own = try await run(
            "\(top)/bin/bash", ["\(top)/scripts/assess", "--output=/x", "--fail-on", "high"],
            environment: ["PATH": "\(top)/bin"])
        #expect(own.lines == ["assess", "--policies", "\(top)/policies", "--output=/x", "--fail-on", "high"])
    }
}
