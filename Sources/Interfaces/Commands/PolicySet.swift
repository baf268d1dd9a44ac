import Assessment
import Policies

/// Names of the files in the policy directory.
enum PolicyFileName {
    static let ports = "approved-ports.yaml"
    static let portBaseline = "approved-ports.baseline.yaml"
    static let egress = "egress-allowlist.yaml"
    static let egressBaseline = "egress-allowlist.baseline.yaml"
    static let configuration = "configuration.yaml"
    static let posture = "posture"
    static let core = "core.yaml"
    static let commands = CommandPolicySet.commandFile
    static let prompts = CommandPolicySet.promptFile
    static let alerts = AlertsPolicy.fileName
    static let playbooks = PlaybookPolicy.fileName

    /// Those that an administrator writes; each has a template.
    static let written = [ports, egress, configuration, commands, core, prompts, alerts, playbooks]
}

/// The policies of this run. A policy that is missing or broken stops it: nothing is held against half of what was decided.
struct PolicySet: Sendable {
    var ports: PortPolicy
    var egress: EgressPolicy
    var posture: PosturePolicy
    var configuration: Configuration

    /// Every check: those that think, and those that are data.
    var checks: [any Check] { CheckRegistry.checks(with: posture) }

    /// Reads all of them, and reports what is wrong with any.
    init(reading files: PolicyFiles) throws(CommandError) {
        var problems = ProblemList()
        let ports = problems.collect { () throws(CommandError) in try Self.ports(files) }
        let egress = problems.collect { () throws(CommandError) in try Self.egress(files) }
        let posture = problems.collect { () throws(CommandError) in try Self.posture(files) }
        let configuration = problems.collect { () throws(CommandError) in try Self.configuration(files) }
        guard let ports, let egress, let posture, let configuration else { throw .couldNotRun(problems.problems) }
        self.ports = ports
        self.egress = egress
        self.posture = posture
        self.configuration = configuration
    }

    /// What the checks are, by id.
    static func checks(_ files: PolicyFiles) throws(CommandError) -> [CheckDescription] {
        CheckRegistry.checks(with: try posture(files)).map(\.description)
    }

    static func ports(_ files: PolicyFiles) throws(CommandError) -> PortPolicy {
        let texts = try texts(of: .ports, files)
        return try parsed { () throws(PolicyErrors) in try PortPolicy(parsing: texts) }
    }

    static func egress(_ files: PolicyFiles) throws(CommandError) -> EgressPolicy {
        let texts = try texts(of: .egress, files)
        return try parsed { () throws(PolicyErrors) in try EgressPolicy(parsing: texts) }
    }

    /// The files that make up a policy: the one that people write, and the baseline beside it when there is one.
    static func texts(of kind: PolicyKind, _ files: PolicyFiles) throws(CommandError) -> [PolicyText] {
        let (name, baseline) =
            switch kind {
            case .ports: (PolicyFileName.ports, PolicyFileName.portBaseline)
            case .egress: (PolicyFileName.egress, PolicyFileName.egressBaseline)
            }
        let policy = try files.required(name)
        return try [policy] + (files.optional(baseline).map { [$0] } ?? [])
    }

    /// The checks that are data. Without any of them an assessment would look better than it is.
    static func posture(_ files: PolicyFiles) throws(CommandError) -> PosturePolicy {
        let texts = try files.all(in: PolicyFileName.posture)
        guard !texts.isEmpty else {
            throw .couldNotRun(
                files.path(PolicyFileName.posture), "holds no checks",
                remedy: "copy policies/posture there, or name another directory with --policies DIR")
        }
        return try parsed { () throws(PolicyErrors) in try PosturePolicy(checking: texts) }
    }

    /// How Bailey behaves here; as it ships when there is no such file.
    static func configuration(_ files: PolicyFiles) throws(CommandError) -> Configuration {
        guard let text = try files.optional(PolicyFileName.configuration) else { return Configuration() }
        return try parsed { () throws(PolicyErrors) in try Configuration(parsing: text) }
    }

    static func parsed<Value>(_ parse: () throws(PolicyErrors) -> Value) throws(CommandError) -> Value {
        do throws(PolicyErrors) {
            return try parse()
        } catch {
            throw .couldNotRun(
                error.errors.map { Problem(subject: $0.location.description, reason: $0.message) })
        }
    }
}

/// Collects what is wrong in several places, so that a person corrects all of it at once.
struct ProblemList {
    private(set) var problems: [Problem] = []

    /// The value; nil, and the problems noted, when there is none.
    @discardableResult
    mutating func collect<Value>(_ body: () throws(CommandError) -> Value) -> Value? {
        do throws(CommandError) {
            return try body()
        } catch {
            switch error {
            case .couldNotRun(let found): problems += found
            case .usage(let usage): problems.append(Problem(subject: "", reason: usage.description))
            }
            return nil
        }
    }
}
