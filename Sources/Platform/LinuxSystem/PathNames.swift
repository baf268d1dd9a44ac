// Paths as the kernel reads them (path_resolution(7)): bytes, between which a slash is one byte, whatever comes after it.
//
// Swift's characters are what people see as one, and a slash with a combining mark behind it (U+002F U+0301) is such a character, and not
// equal to "/": a walk that splits a path by characters takes `dir/` and a name that begins with a mark for one name, and has the kernel
// go through `dir`, and any link of that name, unlooked at.
extension StringProtocol {
    /// The names on the way, without empty ones: `.` and `..` are among them.
    package var pathNames: [String] {
        utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last of its names; nil where there is none.
    package var lastPathName: String? { pathNames.last }

    package var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }
    package var hasSlash: Bool { utf8.contains(UInt8(ascii: "/")) }
    /// Whether it can only be a directory.
    package var endsWithSlash: Bool { utf8.suffix(1).first == UInt8(ascii: "/") }

    /// Whether it is the same to the kernel. Swift takes texts for equal that Unicode calls equivalent.
    package func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
