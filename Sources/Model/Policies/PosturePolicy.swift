package import ControlFrameworks
package import Findings
package import HostModel
import YAML

/// The checks that are data: each compares one fact of the host with what it should be.
package struct PosturePolicy: Sendable, Hashable {
    package var checks: [PostureCheck]

    package init(checks: [PostureCheck]) { self.checks = checks }

    /// - Parameters:
    ///   - categories: the categories there are.
    ///   - factPrefixes: what the keys of facts may begin with; empty for anything. A check whose fact nobody reads would never be
    ///     decided, and look as if it were there.
    ///   - knows: whether a control exists.
    package init(
        parsing files: [PolicyText], categories: [String], factPrefixes: [String] = [], knows: (ControlID) -> Bool
    ) throws(PolicyErrors) {
        var checks: [PostureCheck] = []
        var errors: [PolicyError] = []
        for file in files {
            var decoder = PolicyDecoder(path: file.path)
            if let root = decoder.document(file.bytes) {
                checks += PostureCheck.list(
                    root, categories: categories, factPrefixes: factPrefixes, knows: knows, with: &decoder)
            }
            errors += decoder.errors
        }
        var taken: [String: SourceLocation] = [:]
        for check in checks {
            if let other = taken.updateValue(check.location, forKey: check.id) {
                errors.append(
                    PolicyError(
                        location: check.location,
                        message:
                            "id \(YAMLError.quote(check.id)) is already taken by the check at \(other); change one of them"
                    ))
            }
        }
        guard errors.isEmpty else { throw PolicyErrors(errors) }
        self.checks = checks
    }
}

/// A check that compares one fact with an expected value.
package struct PostureCheck: Sendable, Hashable {
    /// What it means when the fact is not there at all.
    package enum Absence: String, Sendable, CaseIterable {
        case violation, compliant
        case notApplicable = "not_applicable"
    }

    package var id: String
    package var title: String
    package var category: String
    package var key: FactKey
    package var expected: FactExpectation
    package var absent: Absence
    /// Why absence means that.
    package var absentWhy: String?
    package var rationale: String
    package var remediation: String
    package var risk: Severity
    package var controls: [ControlID]
    package var location: SourceLocation
}
