import LinuxSystem
import Policies
import PrivilegeBroker

/// The policies about commands, as the files of a directory have them now.
struct CommandPolicyFiles {
    private let files: PolicyFiles

    init(_ files: PolicyFiles) { self.files = files }

    func load() -> CommandPolicySet {
        let commands = state(of: CommandPolicySet.commandFile) { (file: PolicyText) throws(PolicyErrors) in
            try CommandPolicy(parsing: file, references: .host)
        }
        let prompts = state(of: CommandPolicySet.promptFile) { (file: PolicyText) throws(PolicyErrors) in
            try PromptPolicy(parsing: file)
        }
        var others: [String: String?] = [:]
        if case .usable(let policy) = commands {
            for name in policy.requiredFiles { others[name] = .some(problem(with: name)) }
        }
        return CommandPolicySet(commands: commands, prompts: prompts, otherFiles: others)
    }

    private func state<Policy>(
        of name: String, parse: (PolicyText) throws(PolicyErrors) -> Policy
    ) -> PolicyState<Policy> {
        do throws(CommandError) {
            guard let file = try files.optional(name) else { return .missing(path: files.path(name)) }
            return PolicyState(file, parse: parse)
        } catch {
            return .broken(Self.lines(error))
        }
    }

    /// What is wrong with a file that has to be there; nil when it is sound.
    private func problem(with name: String) -> String? {
        guard name != CommandPolicySet.commandFile, name != CommandPolicySet.promptFile else { return nil }
        let path = name.hasPrefix("/") ? name : files.path(name)
        var problems = ProblemList()
        _ = CheckedPolicy.check(path: path, trustedOwners: files.ownership.owners, &problems)
        return problems.problems.first.map { "\($0.subject): \($0.reason)" }
    }

    private static func lines(_ error: CommandError) -> [String] {
        switch error {
        case .usage(let usage): [usage.description]
        case .couldNotRun(let problems): problems.map { "\($0.subject): \($0.reason)" }
        }
    }
}
