import ControlFrameworks
import Findings
import FoundationEssentials
import HostModel
import Policies
import Testing

/// The checks in `policies/posture`, read as an installation reads them.
@Suite struct ShippedPostureTests {
    private static let directory =
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/policies/posture"
    private static let categories = [
        "accounts", "ssh", "kernel", "files", "mounts", "updates", "logging", "time", "firewall", "services", "network",
        "privilege", "agents", "backup",
    ]

    private static var files: [PolicyText] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted().map {
                let data = try Data(contentsOf: URL(filePath: "\(directory)/\($0)"))
                return PolicyText(path: $0, String(decoding: data, as: UTF8.self))
            }
        }
    }

    @Test("Every shipped check is read, and maps to controls that exist")
    func read() throws {
        let policy = try PosturePolicy(
            parsing: Self.files, categories: Self.categories, knows: ControlCatalogue.contains)
        #expect(policy.checks.count >= 55)
        for check in policy.checks {
            #expect(!check.controls.isEmpty, "\(check.id)")
            #expect(check.title.count <= 80, "\(check.id)")
            #expect(check.rationale.hasSuffix(".") && check.remediation.hasSuffix("."), "\(check.id)")
        }
    }
}
