/// The id of a technique or sub-technique: `T1003`, `T1003.001`.
package struct TechniqueID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// Nil for what is not written like an id. Small letters are let pass: `t1003.001`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5 || (bytes.count == 9 && bytes[5] == UInt8(ascii: ".")),
            bytes[0] | 0x20 == UInt8(ascii: "t"),
            (bytes[1..<5] + bytes.dropFirst(6)).allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        description = bytes[0] == UInt8(ascii: "T") ? text : "T\(text.dropFirst())"
    }

    /// The technique that a sub-technique belongs to; nil for a technique.
    package var parent: TechniqueID? {
        description.utf8.count == 5 ? nil : TechniqueID(String(description.prefix(5)))
    }

    package static func < (left: TechniqueID, right: TechniqueID) -> Bool { left.description < right.description }
}
