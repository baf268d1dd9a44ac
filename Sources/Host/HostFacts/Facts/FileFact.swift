import HostModel

/// `file.<path>.<aspect>`: `mode` (four octal digits), `owner` and `group` (names, or numbers nobody has), `exists`. Links are followed;
/// all but `exists` is absent where there is no file.
struct FileFact: FactCollector {
    static let prefix = "file"
    private let source: FactSource
    private var seen: [String: Observation<HostFile>] = [:]

    init(_ source: FactSource) { self.source = source }

    mutating func observe(_ name: Substring) -> Observation<FactValue> {
        guard let dot = name.lastIndex(of: "."), name.hasPrefix("/") else {
            return .unknownKey("file.\(name)", expected: "file.<absolute path>.mode, owner, group or exists")
        }
        let path = String(name[..<dot])
        let file = seen[path] ?? source.tree.observeFile(path)
        seen[path] = file
        switch name[name.index(after: dot)...] {
        case "mode": return file.map { .text($0.permissionText) }
        case "owner": return file.map { .text(ownerName($0.owner)) }
        case "group": return file.map { .text(groupName($0.group)) }
        case "exists":
            if case .absent(_, let from) = file { return .seen(.flag(false), from: from) }
            return file.map { _ in .flag(true) }
        default: return .unknownKey("file.\(name)", expected: "file.<absolute path>.mode, owner, group or exists")
        }
    }

    private func ownerName(_ id: UserID) -> String {
        id == .root ? "root" : source.accounts.value?.name(of: id) ?? id.description
    }

    private func groupName(_ id: UInt32) -> String {
        id == 0 ? "root" : source.accounts.value?.groups.first { $0.groupID == id }?.name ?? String(id)
    }
}
