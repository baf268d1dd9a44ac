import Assessment
import Foundation
import HostFacts
import HostModel
import LinuxSystem
import TestSupport
import YAML

/// A host as a fixture describes it, ready to be built and read.
struct FixtureHost: Sendable {
    private static let keys: Set<String> = [
        "name", "says", "files", "processes", "kernel", "sockets", "live", "as_root",
    ]

    var isLive: Bool
    var isRoot: Bool
    private var files: [(path: String, node: YAMLNode)] = []
    private var processes: [FixtureProcess]?
    private var kernel: YAMLNode?
    private var sockets: [FixtureSocket]?

    init(_ node: YAMLNode, common: YAMLNode?) throws {
        try node.requireKeys(Self.keys)
        try common?.requireKeys(Self.keys.subtracting(["name", "says"]))
        func value(_ key: String) -> YAMLNode? { node[key] ?? common?[key] }
        isLive = value("live")?.isTrue ?? true
        isRoot = value("as_root")?.isTrue ?? true
        var seen: [String: YAMLNode] = [:]
        for member in (common?["files"]?.members ?? []) + (node["files"]?.members ?? []) {
            seen[member.key] = member.value
        }
        files = seen.filter { $0.value.scalar?.isNull != true }.map { ($0.key, $0.value) }.sorted { $0.path < $1.path }
        for file in files where file.node.members != nil {
            try file.node.requireKeys([
                "content", "directory", "symlink", "mode", "owner", "group", "age_days",
            ])
        }
        processes = try value("processes")?.elements?.enumerated().map { try FixtureProcess($1, index: $0) }
        kernel = value("kernel")
        try kernel?.requireKeys(["clock", "firewall", "audit"])
        sockets = try value("sockets")?.elements?.map { try FixtureSocket($0) }
    }

    /// Builds the tree and reads it with the real collectors, asking for the facts the check asks for.
    func context(for check: any Check, now: Date) throws -> AssessmentContext {
        let temporary = try TemporaryTree()
        // Directories come last, the deepest first: a name made in one changes the time that a case may give it.
        let isDirectory = { (file: (path: String, node: YAMLNode)) in file.node["directory"]?.isTrue == true }
        for file in files.filter({ !isDirectory($0) }) + files.reversed().filter(isDirectory) {
            try add(file.path, file.node, to: temporary, now: now)
        }
        for process in processes ?? [] { try process.add(to: temporary) }
        if processes != nil {
            try temporary.add("/proc/stat", "btime 1700000000\n")
            try temporary.addDirectory("/proc/1")
            try temporary.add("/proc/self/uid_map", "0 0 4294967295\n")
        }
        let sources = try FixtureKernel(kernel).source
        let user = isRoot ? 0 : FileSystemUser.nobody
        let snapshot = try FileSystemUser.reading(as: user) {
            let table = sockets.map(FixtureSocket.table)
            var snapshot = HostSnapshot(
                takenAt: now,
                host: HostIdentity(
                    hostname: "fixture", operatingSystem: "Debian GNU/Linux 12 (bookworm)",
                    kernel: isLive ? "6.1.0-18-amd64" : nil, root: temporary.path, isLive: isLive,
                    observer: UserID(user)),
                sockets: table.map { .seen($0, from: "fixture") } ?? .notCollected("sockets"))
            HostFactsCollector(tree: try FileTree(root: temporary.path), live: isLive, kernel: sources)
                .collect(keys: check.facts, into: &snapshot)
            return snapshot
        }
        return AssessmentContext(
            snapshot: snapshot, ports: sockets.map { FixtureSocket.ports($0, snapshot, now) },
            egress: sockets.map { FixtureSocket.egress($0, snapshot, now) }, now: now)
    }

    private func add(_ path: String, _ node: YAMLNode, to tree: TemporaryTree, now: Date) throws {
        guard node.members != nil else { return try tree.add(path, node.scalar?.text ?? "") }
        let age = try node["age_days"]?.text.map { text in
            guard let days = Double(text) else { throw FixtureError("\(path): age_days is not a number") }
            return Int(now.timeIntervalSince1970 - days * 86_400)
        }
        let attributes = TemporaryTree.Attributes(
            mode: node["mode"]?.mode, owner: node["owner"]?.number.map(UInt32.init),
            group: node["group"]?.number.map(UInt32.init), modifiedAt: age)
        if let target = node["symlink"]?.text {
            try tree.addLink(path, to: target)
        } else if node["directory"]?.isTrue == true {
            try tree.addDirectory(path, attributes)
        } else {
            try tree.add(path, node["content"]?.text ?? "", attributes)
        }
    }
}

/// A process of a fixture, as files below `/proc`.
struct FixtureProcess: Sendable {
    var pid: Int
    var name: String
    var executable: String?
    var arguments: [String]
    var user: Int
    var isDeleted: Bool
    var unit: String?
    var parent: Int
    /// All ones where no login set it, as the kernel has it.
    var login: Int
    /// Hexadecimal digits.
    var capabilities: String
    var cgroup: String
    /// Whether its user namespace is another one than the host's.
    var hasOwnUsers: Bool

    init(_ node: YAMLNode, index: Int) throws {
        try node.requireKeys([
            "pid", "name", "executable", "arguments", "user", "deleted", "unit", "parent", "login", "capabilities",
            "cgroup", "own_users",
        ])
        pid = node["pid"]?.number ?? 1000 + index
        executable = node["executable"]?.text
        guard let name = node["name"]?.text ?? executable?.split(separator: "/").last.map(String.init) else {
            throw FixtureError("\(node.position): a process needs a name")
        }
        self.name = name
        arguments = node["arguments"]?.elements?.compactMap(\.text) ?? [executable ?? name]
        user = node["user"]?.number ?? 0
        isDeleted = node["deleted"]?.isTrue ?? false
        unit = node["unit"]?.text
        parent = node["parent"]?.number ?? 1
        login = node["login"]?.number ?? 4_294_967_295
        capabilities = node["capabilities"]?.text ?? (user == 0 ? "000001ffffffffff" : "0000000000000000")
        cgroup = node["cgroup"]?.text ?? "/system.slice\(unit.map { "/\($0)" } ?? "")"
        hasOwnUsers = node["own_users"]?.isTrue ?? false
    }

    func add(to tree: TemporaryTree) throws {
        let fields =
            ["S", "\(parent)", "1", "1", "0", "-1", "4194560"] + Array(repeating: "0", count: 12) + ["5000", "0", "0"]
        try tree.add("/proc/\(pid)/stat", "\(pid) (\(name)) \(fields.joined(separator: " "))\n")
        try tree.add(
            "/proc/\(pid)/status",
            "Name:\t\(name)\nUid:\t\(user)\t\(user)\t\(user)\t\(user)\nCapEff:\t\(capabilities)\n")
        try tree.add("/proc/\(pid)/loginuid", "\(login)")
        try tree.add("/proc/\(pid)/uid_map", hasOwnUsers ? "0 1000 1\n" : "0 0 4294967295\n")
        try tree.add("/proc/\(pid)/cmdline", arguments.map { $0 + "\0" }.joined())
        try tree.add("/proc/\(pid)/cgroup", "0::\(cgroup)\n")
        if let executable {
            try tree.addLink("/proc/\(pid)/exe", to: executable + (isDeleted ? " (deleted)" : ""))
        }
    }
}

/// What the kernel of a fixture answers.
struct FixtureKernel {
    private let node: YAMLNode?

    init(_ node: YAMLNode?) { self.node = node }

    var source: KernelSource {
        get throws {
            let (clock, firewall, audit) = (try clock, try firewall, try audit)
            return KernelSource(clock: { clock }, firewall: { firewall }, audit: { audit })
        }
    }

    private var clock: Observation<ClockState> {
        get throws {
            guard let node = node?["clock"] else { return .notCollected("clock") }
            try node.requireKeys(["synchronized", "error"])
            return .seen(
                ClockState(
                    isSynchronized: node["synchronized"]?.isTrue ?? false,
                    estimatedError: Int64(node["error"]?.number ?? 1000), maximumError: 100_000),
                from: "adjtimex")
        }
    }

    private var firewall: Observation<FirewallState> {
        get throws {
            guard let node = node?["firewall"] else { return .notCollected("packet filter") }
            try node.requireKeys(["chains", "legacy"])
            let chains = try (node["chains"]?.elements ?? []).map { chain in
                try chain.requireKeys(["family", "table", "name", "hook", "priority", "policy", "rules", "final"])
                return FirewallState.BaseChain(
                    family: chain["family"]?.text ?? "inet", table: chain["table"]?.text ?? "filter",
                    name: chain["name"]?.text ?? "input", hook: chain["hook"]?.text ?? "input",
                    priority: Int32(chain["priority"]?.number ?? 0),
                    policy: chain["policy"]?.text.flatMap(FirewallState.Verdict.init) ?? .accept,
                    ruleCount: chain["rules"]?.number ?? 0,
                    finalVerdict: chain["final"]?.text.flatMap(FirewallState.Verdict.init))
            }
            let legacy = node["legacy"]?.elements?.compactMap(\.text) ?? []
            return .seen(FirewallState(chains: chains, legacyTables: legacy), from: "nf_tables")
        }
    }

    private var audit: Observation<AuditState.Kernel> {
        get throws {
            guard let node = node?["audit"] else { return .notCollected("audit") }
            try node.requireKeys(["enabled", "locked", "daemon", "lost"])
            return .seen(
                AuditState.Kernel(
                    isEnabled: node["enabled"]?.isTrue ?? false, isLocked: node["locked"]?.isTrue ?? false,
                    daemon: ProcessID(Int32(node["daemon"]?.number ?? 0)),
                    lostRecords: UInt32(node["lost"]?.number ?? 0)),
                from: "netlink audit")
        }
    }
}
