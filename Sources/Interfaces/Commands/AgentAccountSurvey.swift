import Assessment
import HostFacts
import HostModel
import JSON
import LinuxSystem
import Policies
import PrivilegeBroker

/// The account that the commands `bailey agent-account …` are about, as it is.
struct AgentAccountSurvey {
    static let operand = CommandOperand(name: "NAME", help: "The account's name.")

    let name: String
    /// Nil when there is none.
    let found: AgentAccount?
    /// What should not be so, its home and the policy among it.
    private(set) var objections: [String]
    let isListedAsAgent: Bool

    /// - Throws: when the accounts cannot be read.
    init(of name: String, in session: Session) throws(CommandError) {
        let survey = try HostSurvey(root: session.options.root)
        var snapshot = HostSnapshot(
            takenAt: session.environment.now(), host: survey.identity, sockets: .notCollected("sockets"))
        HostFactsCollector(tree: survey.tree, live: survey.identity.isLive, kernel: .none)
            .collectAccounts(into: &snapshot)
        if case .unseen(let gap) = snapshot.accounts { throw .couldNotRun(gap.what, gap.why, remedy: gap.remedy) }
        self.name = name
        found = AgentAccount(named: name, in: snapshot)
        objections = found.map { $0.objections + $0.unseen.map { "not known: \($0)" } } ?? []
        isListedAsAgent = Self.isListed(name, found?.account.userID, in: session.policyFiles)
        if let account = found?.account { objections += Self.objections(toHomeOf: account, in: survey.tree) }
    }

    private static func objections(toHomeOf account: Account, in tree: FileTree) -> [String] {
        do throws(SystemError) {
            let home = try tree.metadata(of: account.home, followingLinks: false)
            guard home.kind == .directory else { return ["its home \(account.home) is no directory"] }
            var objections: [String] = []
            if home.owner != account.userID.rawValue { objections.append("its home belongs to uid \(home.owner)") }
            if home.permissions & 0o077 != 0 {
                objections.append("others may look into its home (mode \(home.permissionText))")
            }
            return objections
        } catch {
            return ["its home: \(error)"]
        }
    }

    /// Whether the command policy of this host calls it an agent. Where the policy is broken `policy check` says so.
    private static func isListed(_ name: String, _ user: UserID?, in files: PolicyFiles) -> Bool {
        guard let text = try? files.optional(PolicyFileName.commands),
            let policy = try? CommandPolicy(parsing: text, references: .host)
        else { return false }
        return policy.agents.users.contains { criterion in
            switch criterion {
            case .name(let listed): listed == name
            case .id(let id): id == user
            }
        }
    }

    var advice: String {
        isListedAsAgent
            ? "The command policy lists it as an agent."
            : "Put it into \(PolicyFileName.commands), so that it approves nothing and cannot confirm:\n  agents: { users: [\(name)] }"
    }

    func report(_ text: String, in session: Session) {
        guard session.options.wantsJSON else { return session.console.print(printable(text)) }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("account", name)
            writer.member("exists", found != nil)
            if let account = found?.account {
                writer.member("uid", Int(account.userID.rawValue))
                writer.member("home", account.home)
                writer.member("shell", account.shell)
            }
            writer.member("listed_as_agent", isListedAsAgent)
            writer.member("problems", objections)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
