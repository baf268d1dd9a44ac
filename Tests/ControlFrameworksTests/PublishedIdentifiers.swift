import ControlFrameworks
import FoundationEssentials

/// The ids of a framework as published, from `shared/data/frameworks` in a folder above the checkout. A checkout that stands alone
/// has no such folder.
struct PublishedIdentifiers {
    let ids: [String]

    static let folder: String? = {
        var ancestors = #filePath.split(separator: "/").dropLast()
        while !ancestors.isEmpty {
            ancestors.removeLast()
            let candidate = "/" + (ancestors + ["shared", "data", "frameworks"]).joined(separator: "/")
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }()

    init(of framework: ControlFramework) throws {
        let name =
            switch framework {
            case .iso27001: "iso-27001-2022-annex-a.json"
            case .csf: "nist-csf-2.0.json"
            case .sp80053: "nist-800-53-r5.json"
            }
        let data = try Data(contentsOf: URL(filePath: "\(Self.folder ?? "")/\(name)"))
        let list = try JSONDecoder().decode(List.self, from: data)
        ids = list.ids ?? list.controls?.map(\.label) ?? []
    }

    private struct List: Decodable {
        struct Control: Decodable {
            let label: String
        }

        let ids: [String]?
        let controls: [Control]?
    }
}
