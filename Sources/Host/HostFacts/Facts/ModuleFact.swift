import HostModel

/// `module.<name>.disabled`: whether a kernel module is kept from being loaded by `install NAME /bin/false` (modprobe.d(5)) and is not
/// loaded now. `blacklist` alone keeps nobody from loading it by name, so it does not count. A module that the kernel does not have cannot be
/// loaded either. Absent where there are no kernel modules at all, as in a container.
struct ModuleFact: FactCollector {
    static let prefix = "module"
    private static let directories = ["/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d"]
    private let source: FactSource
    private var disabled: Observation<[String: String]>?
    private var loaded: Set<String>?
    private var known: Set<String>??

    init(_ source: FactSource) { self.source = source }

    mutating func observe(_ name: Substring) -> Observation<FactValue> {
        guard name.hasSuffix(".disabled") else {
            return .unknownKey("module.\(name)", expected: "module.<name>.disabled")
        }
        let module = Self.canonical(name.dropLast(".disabled".count))
        let rules = disabled ?? readRules()
        disabled = rules
        guard case .seen(let byModule, let origin) = rules else { return rules.map { _ in .flag(false) } }
        let isLoaded = loadedModules().contains(module)
        if isLoaded { return .seen(.flag(false), from: "/proc/modules: \(module) is loaded") }
        if let location = byModule[module] { return .seen(.flag(true), from: location) }
        guard let known = knownModules() else {
            return .absent(why: "there are no kernel modules here", from: "/lib/modules")
        }
        if !known.contains(module) {
            return .seen(.flag(true), from: "/lib/modules: the kernel has no module \(module)")
        }
        return .seen(.flag(false), from: "\(origin): nothing keeps \(module) from being loaded")
    }

    /// modprobe(8) does not tell dashes from underscores.
    private static func canonical(_ name: some StringProtocol) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }

    private func readRules() -> Observation<[String: String]> {
        var rules: [String: String] = [:]
        for directory in Self.directories {
            switch source.tree.observeNames(directory) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let names, _):
                for name in names where name.hasSuffix(".conf") {
                    let path = "\(directory)/\(name)"
                    guard case .seen(let text, _) = source.tree.observeText(path, limit: 1 << 20) else {
                        return .unseen(Gap(what: path, why: "cannot be read", remedy: "run as root"))
                    }
                    for line in ConfigurationText(text: text, path: path, joinsContinuations: true) {
                        let words = line.words
                        guard words.count >= 3, words[0] == "install",
                            ["/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true"].contains(words[2])
                        else { continue }
                        rules[Self.canonical(words[1])] = line.location
                    }
                }
            }
        }
        return .seen(rules, from: "/etc/modprobe.d")
    }

    private mutating func loadedModules() -> Set<String> {
        if let loaded { return loaded }
        let text = source.isLive ? source.tree.observeText("/proc/modules").value ?? "" : ""
        let names = Set(text.split(separator: "\n").compactMap { $0.split(separator: " ").first.map { String($0) } })
        loaded = names
        return names
    }

    /// The modules on disk for the running kernel, or for the newest one of a tree that is not running; nil where there are none.
    private mutating func knownModules() -> Set<String>? {
        if let known { return known }
        let names = readKnownModules()
        known = .some(names)
        return names
    }

    private func readKnownModules() -> Set<String>? {
        let running = source.tree.observeText("/proc/sys/kernel/osrelease", limit: 256).value?
            .split(separator: "\n").first.map { String($0) }
        let newest = source.tree.observeNames("/lib/modules").value?.max { KernelRelease($0) < KernelRelease($1) }
        guard let release = source.isLive ? running : newest,
            let text = source.tree.observeText("/lib/modules/\(release)/modules.dep", limit: 16 << 20).value
        else { return nil }
        return Set(
            text.split(separator: "\n").compactMap { line in
                line.prefix { $0 != ":" }.split(separator: "/").last?.split(separator: ".").first.map(Self.canonical)
            })
    }
}
