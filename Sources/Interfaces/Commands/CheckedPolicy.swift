import Assessment
import ControlFrameworks
import HostFacts
import Policies

/// A policy file that can be used, and what it holds.
struct CheckedPolicy: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        case ports, egress, posture, configuration

        /// The kind of the files of this name; nil when the name does not tell.
        init?(fileName: Substring) {
            switch fileName {
            case PolicyFileName.ports[...], PolicyFileName.portBaseline[...]: self = .ports
            case PolicyFileName.egress[...], PolicyFileName.egressBaseline[...]: self = .egress
            case PolicyFileName.configuration[...]: self = .configuration
            default: return nil
            }
        }
    }

    let path: String
    let kind: Kind
    /// Rules or checks; 1 for a configuration.
    let entries: Int

    var summary: String {
        switch kind {
        case .ports: "rules for ports: \(entries)"
        case .egress: "rules for egress: \(entries)"
        case .posture: "checks: \(entries)"
        case .configuration: "configuration"
        }
    }

    /// Reads and checks one file, whatever its name.
    init(path: String, trustedOwners: Set<UInt32>) throws(CommandError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = path[slash...].dropFirst()
        let files = PolicyFiles(directory: String(path[..<slash]), trustedOwners: trustedOwners)
        try self.init([files.required(String(name))], kind: Kind(fileName: name))
    }

    /// - Parameters:
    ///   - texts: the files that make up the policy; the first one names it.
    ///   - kind: nil for the kind in which the fewest things are wrong with it.
    private init(_ texts: [PolicyText], kind: Kind?) throws(CommandError) {
        var fewest: PolicyErrors?
        for kind in kind.map({ [$0] }) ?? Kind.allCases {
            do throws(PolicyErrors) {
                let entries = try Self.entries(of: kind, in: texts)
                self.init(path: texts.first?.path ?? "", kind: kind, entries: entries)
                return
            } catch {
                if error.errors.count < fewest?.errors.count ?? .max { fewest = error }
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
        }
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
        let configuration = problems.collect { () throws(CommandError) -> CheckedPolicy? in
            guard let text = try files.optional(PolicyFileName.configuration) else { return nil }
            return try CheckedPolicy([text], kind: .configuration)
        }
        return checked + [posture, configuration ?? nil].compactMap(\.self)
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
