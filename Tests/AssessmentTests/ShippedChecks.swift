import Assessment
import ControlFrameworks
import Foundation
import Policies

/// The checks that ship: those that think, and those that are data.
enum ShippedChecks {
    static let policyDirectory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../policies/posture")

    static let policy = Result { () throws -> PosturePolicy in
        let names = try FileManager.default.contentsOfDirectory(atPath: policyDirectory.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
        let files = try names.map { name in
            PolicyText(
                path: "policies/posture/\(name)",
                bytes: Array(try Data(contentsOf: policyDirectory.appending(path: name))))
        }
        return try PosturePolicy(
            parsing: files, categories: CheckCategory.allCases.map(\.rawValue), knows: ControlCatalogue.contains)
    }

    /// Those of a policy that cannot be read are missing here, which `CheckFixtureTests` notices.
    static let all: [any Check] = (try? policy.get()).map { CheckRegistry.checks(with: $0) } ?? CheckRegistry.builtIn
}
