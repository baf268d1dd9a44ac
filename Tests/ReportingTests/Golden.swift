import FoundationEssentials
import Testing

/// Files that outputs are compared with. `scripts/update-golden` rewrites them; the diff is read before it is committed.
enum Golden {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static func expect(_ bytes: [UInt8], is name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation)
        throws
    {
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(bytes).write(to: file, options: .atomic)
        }
        let golden = try Data(contentsOf: file)
        guard golden != Data(bytes) else { return }
        let (old, new) = (lines(Array(golden)), lines(bytes))
        let index =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        Issue.record(
            """
            \(name) differs from its golden file at line \(index + 1):
            golden: \(index < old.count ? old[index] : "(end)")
            now:    \(index < new.count ? new[index] : "(end)")
            """, sourceLocation: sourceLocation)
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
}
