/// A published set of controls.
package enum ControlFramework: String, Sendable, CaseIterable {
    case iso27001 = "iso-27001-2022"
    case csf = "nist-csf-2.0"
    case sp80053 = "nist-800-53-r5"
}

/// One control of one framework: `A.8.20`, `PR.AA-05`, `AC-6`.
///
/// An id is only text until `ControlCatalogue` knows it; a test walks every mapping in the project and fails on one it does not.
package struct ControlID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let framework: ControlFramework
    package let id: String

    package static func iso(_ id: String) -> ControlID { ControlID(framework: .iso27001, id: id) }
    package static func csf(_ id: String) -> ControlID { ControlID(framework: .csf, id: id) }
    package static func sp80053(_ id: String) -> ControlID { ControlID(framework: .sp80053, id: id) }

    /// Framework and id in one word, as documents carry it: `iso-27001-2022:A.8.20`.
    package var description: String { "\(framework.rawValue):\(id)" }

    package static func < (left: ControlID, right: ControlID) -> Bool {
        (left.framework.rawValue, left.id) < (right.framework.rawValue, right.id)
    }
}
