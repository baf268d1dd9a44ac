import Assessment
import ControlFrameworks
import HostFacts
import LinuxSystem
import Notifications
import Policies
import PrivilegeBroker
import Triage

/// A policy file that can be used, and what it holds.
struct CheckedPolicy: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case ports, egress, posture, configuration, commands, prompts, core, alerts, playbooks

        /// The kind of the files of this name; nil when the name does not tell.
        init?(fileName: Substring) {
            switch fileName {
            case PolicyFileName.ports[...], PolicyFileName.portBaseline[...]: self = .ports
            case PolicyFileName.egress[...], PolicyFileName.egressBaseline[...]: self = .egress
            case PolicyFileName.configuration[...]: self = .configuration
            case PolicyFileName.commands[...]: self = .commands
            case PolicyFileName.core[...]: self = .core
            case PolicyFileName.prompts[...]: self = .prompts
            case PolicyFileName.alerts[...]: self = .alerts
            case PolicyFileName.playbooks[...]: self = .playbooks
            default: return nil
            }
        }

        /// Whether the broker decides by it, which takes nobody's word but root's.
        var isRootsAlone: Bool { self == .commands || self == .prompts }
    }

    let path: String
    let kind: Kind
    /// Rules or checks; 1 for a configuration.
    let entries: Int
    /// Why the broker would not take it, where it stands elsewhere than where the broker reads: a draft, a checkout's.
    private(set) var caveat: String?

    var summary: String {
        switch kind {
        case .ports: "rules for ports: \(entries)"
        case .egress: "rules for egress: \(entries)"
        case .posture: "checks: \(entries)"
        case .configuration: "configuration"
        case .core: "settings of the core"
        case .commands: "rules for commands: \(entries)"
        case .alerts: "rules for alerts: \(entries)"
        case .playbooks: "playbooks tuned or added: \(entries)"
        case .prompts: "rules for what untrusted content prompts: \(entries)"
        }
    }

    /// Reads and checks one file, whatever its name: who may write it and what it says, so that all of it is corrected at once.
    static func check(
        path: String, trustedOwners: Set<UInt32>, _ problems: inout ProblemList
    ) -> CheckedPolicy? {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = path[slash...].dropFirst()
        let files = PolicyFiles(directory: String(path[..<slash]), trustedOwners: trustedOwners)
        return problems.collect { () throws(CommandError) in try files.required(String(name)) }.flatMap { text in
            check(text, kind: Kind(fileName: name), in: files, &problems)
        }
    }

    /// - Parameter kind: nil for the kind that fits best.
    private static func check(
        _ text: PolicyText, kind: Kind?, in files: PolicyFiles, _ problems: inout ProblemList
    ) -> CheckedPolicy? {
        let before = problems.problems.count
        var checked = problems.collect { () throws(CommandError) in try CheckedPolicy([text], kind: kind) }
        if (kind ?? checked?.kind)?.isRootsAlone == true {
            do throws(CommandError) {
                try files.requireRoots(text.path)
            } catch {
                if files.directory != Locations.systemPolicies, case .couldNotRun(let found) = error {
                    checked?.caveat = found.first.map { "\($0.reason)" }
                } else {
                    problems.collect { () throws(CommandError) in throw error }
                }
            }
        }
        if checked?.kind == .commands { requireNamedFiles(in: text, files, &problems) }
        return problems.problems.count == before ? checked : nil
    }

    /// What a command policy names in `require_policy_files` has to be there, or nothing would run.
    private static func requireNamedFiles(in text: PolicyText, _ files: PolicyFiles, _ problems: inout ProblemList) {
        // Whatever is wrong with its text was told before.
        guard let policy = try? CommandPolicy(parsing: text, references: .host) else { return }
        for name in policy.requiredFiles where name != PolicyFileName.commands {
            let beside = PolicyFiles(
                directory: name.hasPrefix("/") ? "" : files.directory, trustedOwners: files.ownership.owners)
            problems.collect { () throws(CommandError) in
                _ = try beside.required(name.hasPrefix("/") ? String(name.dropFirst()) : name)
            }
        }
    }

    /// - Parameters:
    ///   - texts: the files that make up the policy; the first one names it.
    ///   - kind: nil for the kind whose keys it has: at the margin first, then anywhere; of these the one in which the fewest things are
    ///     wrong with it.
    private init(_ texts: [PolicyText], kind: Kind?) throws(CommandError) {
        var fewest: PolicyErrors?
        for kind in kind.map({ [$0] }) ?? Kind.allCases {
            do throws(PolicyErrors) {
                let entries = try Self.entries(of: kind, in: texts)
                self.init(path: texts.first?.path ?? "", kind: kind, entries: entries)
                return
            } catch {
                if fewest.map({ error.misfit < $0.misfit }) ?? true { fewest = error }
            }
        }
        let errors = fewest
        self = try PolicySet.parsed { () throws(PolicyErrors) in throw errors ?? PolicyErrors([]) }
    }

    private init(path: String, kind: Kind, entries: Int) {
        self.path = path
        self.kind = kind
        self.entries = entries
    }

    private static func entries(of kind: Kind, in texts: [PolicyText]) throws(PolicyErrors) -> Int {
        switch kind {
        case .ports: return try PortPolicy(parsing: texts).rules.count
        case .egress: return try EgressPolicy(parsing: texts).rules.count
        case .posture: return try PosturePolicy(checking: texts).checks.count
        case .configuration:
            for text in texts { _ = try Configuration(parsing: text) }
            return texts.count
        case .core:
            for text in texts { _ = try CoreServicePolicy(parsing: text) }
            return texts.count
        case .commands:
            return try total(texts) { text throws(PolicyErrors) in
                try CommandPolicy(parsing: text, references: .host).rules.count
            }
        case .alerts:
            return try total(texts) { text throws(PolicyErrors) in
                try AlertsPolicy(parsing: text, references: .host).rules.count
            }
        case .playbooks:
            return try total(texts) { text throws(PolicyErrors) in
                let policy = try PlaybookPolicy(parsing: text)
                return policy.tunings.count + policy.additions.count
            }
        case .prompts:
            return try total(texts) { text throws(PolicyErrors) in try PromptPolicy(parsing: text).rules.count }
        }
    }

    private static func total(
        _ texts: [PolicyText], _ count: (PolicyText) throws(PolicyErrors) -> Int
    ) throws(PolicyErrors) -> Int {
        var sum = 0
        for text in texts { sum += try count(text) }
        return sum
    }

    /// All policies of a directory. Those that cannot be used are problems.
    static func all(in files: PolicyFiles, _ problems: inout ProblemList) -> [CheckedPolicy] {
        var checked: [CheckedPolicy] = []
        for kind in PolicyKind.allCases {
            let found = problems.collect { () throws(CommandError) in
                try CheckedPolicy(PolicySet.texts(of: kind, files), kind: kind == .ports ? .ports : .egress)
            }
            checked += found.map { [$0] } ?? []
        }
        let posture = problems.collect { () throws(CommandError) in
            let policy = try PolicySet.posture(files)
            return CheckedPolicy(
                path: files.path(PolicyFileName.posture), kind: .posture, entries: policy.checks.count)
        }
        let settings = [(PolicyFileName.configuration, Kind.configuration), (PolicyFileName.core, .core)].compactMap {
            name, kind -> CheckedPolicy? in
            let found = problems.collect { () throws(CommandError) -> CheckedPolicy? in
                guard let text = try files.optional(name) else { return nil }
                return try CheckedPolicy([text], kind: kind)
            }
            return found ?? nil
        }
        let optional = [
            (PolicyFileName.commands, Kind.commands), (PolicyFileName.prompts, .prompts),
            (PolicyFileName.alerts, .alerts), (PolicyFileName.playbooks, .playbooks),
        ]
        let commands = optional.compactMap { name, kind -> CheckedPolicy? in
            let text = problems.collect { () throws(CommandError) in try files.optional(name) }
            return (text ?? nil).flatMap { check($0, kind: kind, in: files, &problems) }
        }
        return checked + [posture].compactMap(\.self) + settings + commands
    }
}

extension PolicyErrors {
    /// How little a file looks like one of the kind that it was read as: unknown keys that begin a line, unknown keys, everything.
    fileprivate var misfit: (Int, Int, Int) {
        let unknown = errors.filter(\.isUnknownKey)
        return (unknown.count { $0.location.column == 1 }, unknown.count, errors.count)
    }
}

extension PosturePolicy {
    /// With the categories, the facts and the controls there are.
    init(checking texts: [PolicyText]) throws(PolicyErrors) {
        try self.init(
            parsing: texts, categories: CheckCategory.allCases.map(\.rawValue),
            factPrefixes: HostFactsCollector.prefixes,
            knows: ControlCatalogue.contains)
    }
}
