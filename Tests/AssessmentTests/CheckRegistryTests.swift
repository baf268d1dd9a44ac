import Assessment
import Foundation
import Testing

@Suite struct CheckRegistryTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/Posture/Assessment/Checks")

    /// Every file of a check, by name without extension; files of the list itself and of what checks share are none.
    static var files: [String] {
        get throws {
            let names = FileManager.default.enumerator(atPath: directory.path)?.compactMap { $0 as? String } ?? []
            return try names.filter { $0.hasSuffix(".swift") }.filter {
                try String(contentsOf: directory.appending(path: $0), encoding: .utf8).contains(/: (Bypass)?Check {/)
            }
            .map { URL(filePath: $0).deletingPathExtension().lastPathComponent }.sorted()
        }
    }

    @Test("Every check's file is on the list, in alphabetical order")
    func everyFileIsListed() throws {
        let listed = CheckRegistry.builtIn.map { "\(type(of: $0))" }
        #expect(Set(listed) == Set(try Self.files))
        #expect(listed == listed.sorted())
    }

    @Test(
        "A check's id is the name of its file",
        arguments: CheckRegistry.builtIn.map { ("\(type(of: $0))", $0.description.id) })
    func ids(type: String, id: String) {
        #expect(id.lowercased().replacing("-", with: "").replacing("_", with: "") == type.lowercased())
    }

    @Test("Every check for ways around the broker is listed among the checks, and searched")
    func bypasses() throws {
        let names = try Self.files.filter {
            try String(contentsOf: Self.directory.appending(path: "\($0).swift"), encoding: .utf8)
                .contains(": BypassCheck {")
        }
        #expect(CheckRegistry.bypasses.map { "\(type(of: $0))" } == names)
        #expect(names.count >= 10)
    }
}
