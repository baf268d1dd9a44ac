import HostModel

/// `mount.<path>.options` (a list; absent where nothing is mounted at the path), `mount.<path>.type` and `mount.<path>.separate`.
struct MountFact: FactCollector {
    static let prefix = "mount"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        guard let dot = name.lastIndex(of: "."), name.hasPrefix("/") else {
            return .unknownKey("mount.\(name)", expected: "mount.<absolute path>.options, type or separate")
        }
        let path = String(name[..<dot])
        guard case .seen(let mounts, let origin) = source.mounts else { return source.mounts.map { _ in .flag(false) } }
        let mount = mounts[path]
        let aspect = name[name.index(after: dot)...]
        if aspect == "separate" { return .seen(.flag(mount != nil), from: origin) }
        guard let mount else { return .absent(why: "nothing is mounted at \(path)", from: origin) }
        switch aspect {
        case "options": return .seen(.list(mount.options), from: origin)
        case "type": return .seen(.text(mount.type), from: origin)
        default: return .unknownKey("mount.\(name)", expected: "mount.<absolute path>.options, type or separate")
        }
    }
}
