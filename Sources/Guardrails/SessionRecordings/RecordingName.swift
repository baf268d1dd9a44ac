/// Where recordings lie, and what they are called there.
package enum RecordingName {
    /// The broker's, root's alone.
    package static let systemDirectory = "/var/lib/bailey/recordings"

    /// The file of a session: its id, which is that of its request, and `.cast`. Nil when the id could lead elsewhere.
    package static func file(of id: String) -> String? {
        let isPlain = id.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        return isPlain && (1...64).contains(id.utf8.count) ? "\(id).cast" : nil
    }
}
