import Assessment
import HostModel
import LinuxSystem
import Policies

/// Tells whether the privilege broker has its place on this host, and what still leads around it. Nothing here stops an assessment, so
/// nothing here is more than limited.
struct GuardPreflight {
    let session: Session
    let survey: HostSurvey

    func steps() -> [Preflight.Step] {
        var snapshot = HostSnapshot(
            takenAt: session.environment.now(), host: survey.identity, sockets: .notCollected("sockets"))
        let checks = CheckRegistry.bypasses
        survey.collectPrivilegeFacts(checks.flatMap(\.facts), walksFileSystems: false, into: &snapshot)
        let context = AssessmentContext(
            snapshot: snapshot, ports: nil, egress: nil, now: session.environment.now())
        return (survey.identity.isLive ? [broker, client] : []) + [Self.policy(context)] + around(context, checks)
    }

    /// Connects to its socket, asks nothing, and looks at who listens there.
    private var broker: Preflight.Step {
        let path = BrokerInstallation.socketPath
        do throws(SystemError) {
            let connection = try UnixConnection.connect(to: path, until: .now + .seconds(1))
            let user = try connection.peer().user
            if user == 0 { return .init(name: "privilege broker", status: .ready, detail: "answers at \(path)") }
            return .init(
                name: "privilege broker", status: .limited, detail: "\(path) is served by uid \(user), not by root",
                remedy: "find out who put it there, and trust nothing that it says")
        } catch {
            return .init(
                name: "privilege broker", status: .limited, detail: "does not answer at \(path): \(error.reason)",
                remedy: error.isPermission ? "run as a user who may use it" : "start bailey-broker")
        }
    }

    /// Which sudo people and programs get who call it by its name.
    private var client: Preflight.Step {
        let name = "sudo in PATH"
        let directories = (session.environment.variable("PATH") ?? "").split(separator: ":")
        let found = directories.map { "\($0)/sudo" }.first { (try? survey.tree.metadata(of: $0))?.kind == .regular }
        guard let found else { return .init(name: name, status: .ready, detail: "there is none") }
        // A link that cannot be followed was no file above.
        let program = (try? resolvedPath(found)) ?? found
        if program.split(separator: "/").last.map({ $0 == BrokerInstallation.clientName }) ?? false {
            return .init(name: name, status: .ready, detail: "\(found) is \(program)")
        }
        return .init(
            name: name, status: .limited, detail: "\(found) comes first, which is not \(BrokerInstallation.clientName)",
            remedy: "bailey shim install, and log in again")
    }

    private static func policy(_ context: AssessmentContext) -> Preflight.Step {
        let name = "command policy"
        switch context.commandPolicy {
        case .usable(let policy):
            return .init(
                name: name, status: .ready, detail: "\(policy.path): root's alone, rules: \(policy.rules.count)")
        case .missing(let path):
            return .init(
                name: name, status: .limited, detail: "there is no \(path): the broker denies everything",
                remedy: "templates/command-policy.yaml is a start")
        case .broken(let lines):
            return .init(
                name: name, status: .limited, detail: lines.first ?? "cannot be used",
                remedy: "bailey policy check \(BrokerInstallation.policyPath)")
        }
    }

    /// The programs that give root's rights away, where they are there and set-user-id, and who may use them.
    private func around(_ context: AssessmentContext, _ checks: [any BypassCheck]) -> [Preflight.Step] {
        let searches = Dictionary(uniqueKeysWithValues: checks.map { ($0.description.id, $0) })
        func users(_ id: String, or others: String) -> String {
            guard let search = searches[id]?.search(context) else { return others }
            let accounts = search.bypasses.flatMap(\.accounts)
            let unasked = Set(search.bypasses.filter { $0.grade == .open }.flatMap(\.accounts))
            let names = Set(accounts).sorted().prefix(20).map { unasked.contains($0) ? "\($0) (unasked)" : $0 }
            if !names.isEmpty { return names.joined(separator: ", ") }
            return search.gaps.first.map { "not known: \($0.why)" } ?? others
        }
        let wheel = context.snapshot[FactKey("pam.su.pam_wheel")].value
        let programs: [(name: String, usable: () -> String)] = [
            ("doas", { users("doas-passwordless", or: "nobody but root") }),
            ("pkexec", { "everybody, as far as polkit lets them" }),
            ("su", { wheel == .flag(true) ? "the members of one group" : "everybody, with the other's password" }),
            ("sudo", { users("sudo-passwordless", or: "nobody but root") }),
        ]
        let directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        var steps: [Preflight.Step] = []
        for program in programs {
            var seen: Set<UInt64> = []
            for path in directories.map({ "\($0)/\(program.name)" }) {
                guard let file = try? survey.tree.metadata(of: path), seen.insert(file.inode).inserted,
                    file.permissions & 0o4000 != 0
                else { continue }
                steps.append(
                    .init(
                        name: "around the guard", status: .limited,
                        detail: "\(path), set-user-id, usable by \(program.usable())",
                        remedy: "bailey guard bypasses says more"))
            }
        }
        return steps.isEmpty
            ? [.init(name: "around the guard", status: .ready, detail: "no sudo, doas, su or pkexec is set-user-id")]
            : steps
    }
}
