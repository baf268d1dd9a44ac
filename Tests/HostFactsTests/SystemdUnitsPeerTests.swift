import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import HostFacts

/// Which units are enabled, against `systemctl --root`, which reads the same links.
@Suite struct SystemdUnitsPeerTests {
    static let canRun = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemctl")

    @Test("A unit is enabled when systemctl says so", .enabled(if: canRun))
    func enabled() throws {
        let tree = try TemporaryTree()
        let install = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        for name in ["on", "off", "masked", "asked", "aliased"] {
            try tree.add("/usr/lib/systemd/system/\(name).service", install)
        }
        try tree.add("/etc/systemd/system/local.service", install)
        func link(_ place: String, _ target: String) throws {
            try tree.addLink("/etc/systemd/system/\(place)", to: target)
        }
        try link("multi-user.target.wants/on.service", "/usr/lib/systemd/system/on.service")
        try link("multi-user.target.wants/local.service", "/etc/systemd/system/local.service")
        try link("other.target.requires/asked.service", "/usr/lib/systemd/system/asked.service")
        try link("masked.service", "/dev/null")
        try link("nickname.service", "/usr/lib/systemd/system/aliased.service")

        let units = try SystemdUnits(try FileTree(root: tree.path))
        for name in ["on", "off", "masked", "asked", "local"] {
            let theirs = try Self.isEnabled("\(name).service", root: tree.path)
            #expect(units.isEnabled("\(name).service") == theirs, "\(name)")
        }
        #expect(units.isMasked("masked.service"))
        #expect(units.isEnabled("aliased.service") == true)
        #expect(units.isEnabled("nowhere.service") == nil)
    }

    private static func isEnabled(_ unit: String, root: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/systemctl")
        process.arguments = ["--root", root, "is-enabled", unit]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.hasPrefix("enabled")
    }
}
