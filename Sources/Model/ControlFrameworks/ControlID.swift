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

    package init(framework: ControlFramework, id: String) {
        self.framework = framework
        self.id = id
    }

    /// Reads what `description` writes, `iso-27001-2022:A.8.9`. Nil when the framework is not known or has no such control.
    package init?(parsing text: String) {
        guard let colon = text.firstIndex(of: ":"), let framework = ControlFramework(rawValue: String(text[..<colon]))
        else { return nil }
        self.init(framework: framework, id: String(text[text.index(after: colon)...]))
        guard ControlCatalogue.contains(self) else { return nil }
    }

    /// Framework and id in one word, as documents carry it: `iso-27001-2022:A.8.20`.
    package var description: String { "\(framework.rawValue):\(id)" }

    /// By framework, then by id with runs of digits compared as numbers: `A.8.9` before `A.8.20`, `AC-2(5)` before `AC-10`.
    package static func < (left: ControlID, right: ControlID) -> Bool {
        guard left.framework == right.framework else { return left.framework.rawValue < right.framework.rawValue }
        return left.id.precedesByNumber(right.id)
    }
}

extension String {
    fileprivate func precedesByNumber(_ other: String) -> Bool {
        var left = utf8[...]
        var right = other.utf8[...]
        while let first = left.first, let second = right.first {
            let leftDigits = left.prefix(while: Self.isDigit)
            let rightDigits = right.prefix(while: Self.isDigit)
            if !leftDigits.isEmpty, !rightDigits.isEmpty {
                guard leftDigits.elementsEqual(rightDigits) else {
                    // Ids carry no leading zeros of differing length, so the longer run is the larger number.
                    return (leftDigits.count, String(leftDigits) ?? "") < (rightDigits.count, String(rightDigits) ?? "")
                }
            } else if first != second {
                return first < second
            }
            left = left.dropFirst(Swift.max(leftDigits.count, 1))
            right = right.dropFirst(Swift.max(rightDigits.count, 1))
        }
        return left.isEmpty && !right.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
