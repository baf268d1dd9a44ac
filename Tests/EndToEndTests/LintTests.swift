import Foundation
import TestSupport
import Testing

/// `scripts/lint` on a copy of this checkout with something wrong in it.
@Suite struct LintTests {
    static let isSetUp = ["jq", "shellcheck", "systemd-analyze", "git"].allSatisfy { program in
        ["/usr/bin", "/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    @Test("Each thing wrong is a complaint of its own", .enabled(if: isSetUp, "needs what scripts/lint installs"))
    func complaints() async throws {
        let copy = try TemporaryTree()
        for entry in ["Package.swift", "Sources", "scripts", "templates"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(entry)", toPath: "\(copy.path)/\(entry)")
        }
        try copy.add(
            "Sources/Posture/Assessment/Utils.swift",
            [
                "private import Glibc", "private import Reporting", "// This one is only said: try! as! fatalError(",
                "let value = try! read() as! Int", "final class Box: @unchecked Sendable {}", "public struct Open {}",
            ].joined(separator: "\n"))
        try copy.add("Sources/Model/HostModel/Long.swift", String(repeating: "\n", count: 451))
        try copy.add("Sources/Unknown.swift", "import FoundationEssentials\n")
        try copy.add("scripts/bad", "#!/usr/bin/env bash\necho $unset\n")
        try edit("\(copy.path)/Package.swift", "in: \"Host\", uses: [", "in: \"Host\", uses: [\"Assessment\", ")
        try edit("\(copy.path)/templates/systemd/bailey-assess.service", "NoNewPrivileges=", "NoNewPrivilege=")
        try edit("\(copy.path)/templates/systemd/bailey-assess.timer", "*:00/30", "every half hour")

        let git = try await run("/usr/bin/git", ["init", "--quiet", copy.path], environment: ["HOME": copy.path])
        #expect(git.status == 0)
        let environment = ["HOME": copy.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"]
        let outcome = try await run("\(copy.path)/scripts/lint", environment: environment)
        #expect(outcome.status == 1, "\(outcome.errors)")
        for complaint in [
            "Package.swift: SocketInventory (Host) uses Assessment (Posture), which is above it",
            "Sources/Posture/Assessment/Utils.swift:1: imports Glibc outside Sources/Platform",
            "Sources/Posture/Assessment/Utils.swift:2: imports Reporting, an edge that Package.swift does not grant to Assessment",
            "a trap instead of an error: Sources/Posture/Assessment/Utils.swift:4:",
            "unchecked outside Sources/Platform: Sources/Posture/Assessment/Utils.swift:5:",
            "public in a package without clients: Sources/Posture/Assessment/Utils.swift:6:",
            "a name that says nothing: Sources/Posture/Assessment/Utils.swift",
            "Sources/Model/HostModel/Long.swift: 451 lines; past 450 look for the seam",
            "Sources/Unknown.swift:1: belongs to no target of Package.swift",
            "shellcheck: scripts/bad:2:",
            "systemd-analyze verify: ",
            "Failed to parse calendar specification, ignoring: every half hour",
            "Unknown key 'NoNewPrivilege' in section [Service], ignoring.",
        ] {
            #expect(outcome.output.contains(complaint))
        }
        #expect(!outcome.output.contains("Utils.swift:3:"))
    }

    @Test("A binary that links a Swift runtime library is refused by name")
    func linkedRuntime() async throws {
        let outcome = try await run(
            "\(Checkout.path)/scripts/lint", ["--linked", "\(Checkout.path)/.build/debug/bailey"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains(" loads libswiftCore.so, which is not on the list"))
        #expect(!outcome.output.contains("libc.so.6"))
    }

    private func edit(_ file: String, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let edited = text.replacingOccurrences(of: old, with: new)
        #expect(edited != text)
        try edited.write(toFile: file, atomically: true, encoding: .utf8)
    }
}
