import HostModel
import LinuxSystem

/// Tries out, one after the other, what an assessment needs.
struct Preflight {
    struct Step: Sendable, Hashable {
        enum Status: String, Sendable {
            case ready
            /// Works, and sees less than it could.
            case limited
            /// An assessment would end with this.
            case failed
        }

        let name: String
        let status: Status
        let detail: String
        var remedy: String?
    }

    let session: Session

    func steps() throws(CommandError) -> [Step] {
        let survey = try HostSurvey(root: session.options.root)
        var steps = [user, capabilities]
        switch survey.sockets() {
        case .seen(let table, let source): steps += Self.steps(for: table, from: source)
        case .absent(let why, _): steps.append(Step(name: "sockets", status: .limited, detail: why))
        case .unseen(let gap):
            steps.append(Step(name: "sockets", status: .limited, detail: gap.why, remedy: gap.remedy))
        }
        return steps + policies + [output] + GuardPreflight(session: session, survey: survey).steps()
    }

    private var user: Step {
        let id = session.environment.effectiveUserID
        let name = UserNames.name(of: id).map { "\($0) (uid \(id))" } ?? "uid \(id)"
        if session.environment.isRoot { return Step(name: "user", status: .ready, detail: name) }
        return Step(
            name: "user", status: .limited, detail: "\(name): what only root may read is left out",
            remedy: "run as root")
    }

    /// What the capabilities are for stands in capabilities(7).
    private var capabilities: Step {
        let wanted: [(Capability, String)] = [
            (.readSearch, "files of other users"), (.ptrace, "open files of other users' processes"),
            (.systemAdministration, "other network namespaces"), (.networkAdministration, "the packet filter"),
        ]
        guard let held = try? Capability.effective() else {
            return Step(name: "capabilities", status: .limited, detail: "/proc/self/status could not be read")
        }
        let missing = wanted.filter { !held.contains($0.0) }
        if missing.isEmpty { return Step(name: "capabilities", status: .ready, detail: "all that is needed") }
        let names = missing.map { "\($0.0.name) (\($0.1))" }.joined(separator: ", ")
        return Step(
            name: "capabilities", status: .limited, detail: "without \(names)",
            remedy: session.environment.isRoot ? "grant them in the service or the container" : "run as root")
    }

    private static func steps(for table: SocketTable, from source: String) -> [Step] {
        let foreign = table.namespaces.filter { $0.source == .procfs }
        let entered = table.namespaces.count - foreign.count
        var steps = [Step(name: "sockets", status: .ready, detail: "\(table.sockets.count) seen, from \(source)")]
        let names = foreign.map(\.label).joined(separator: ", ")
        steps.append(
            foreign.isEmpty
                ? Step(name: "network namespaces", status: .ready, detail: "\(entered) entered")
                : Step(
                    name: "network namespaces", status: .limited,
                    detail: "\(entered) entered, \(foreign.count) read from /proc with less detail: \(names)",
                    remedy: "run as root"))
        return steps
            + table.gaps.map {
                Step(name: "not seen", status: .limited, detail: "\($0.what): \($0.why)", remedy: $0.remedy)
            }
    }

    private var policies: [Step] {
        var problems = ProblemList()
        let checked = CheckedPolicy.all(in: session.policyFiles, &problems)
        return checked.map { Step(name: "policy", status: .ready, detail: "\($0.path): \($0.summary)") }
            + problems.problems.map {
                Step(name: "policy", status: .failed, detail: "\($0.subject): \($0.reason)", remedy: $0.remedy)
            }
    }

    /// Opens the output directory as a run would, and writes nothing into it.
    private var output: Step {
        var problems = ProblemList()
        let path = problems.collect { () throws(CommandError) in
            let path = try session.outputPath()
            _ = try OutputDirectory(path: path, mayGiveAway: session.environment.isRoot, patience: .zero)
            return path
        }
        if let path { return Step(name: "output", status: .ready, detail: "\(path) can be written") }
        let problem = problems.problems.first
        return Step(
            name: "output", status: .failed, detail: problem.map { "\($0.subject): \($0.reason)" } ?? "",
            remedy: problem?.remedy)
    }
}
