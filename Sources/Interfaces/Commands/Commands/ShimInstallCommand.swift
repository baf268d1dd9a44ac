import LinuxSystem

/// `bailey shim install`: from now on `sudo` asks the broker.
struct ShimInstallCommand: Command {
    static let syntax = CommandSyntax(
        name: "shim install", summary: "Put bailey-sudo before the real sudo, under its name, in PATH.",
        details: [
            "Links sudo and sudoedit to bailey-sudo in a directory of their own, and puts that first in PATH: for the system by /etc/profile.d/bailey.sh and /etc/environment.d, for one user by a marked block in ~/.profile and ~/.bashrc. The real sudo stays as it is; what is there and not Bailey's is never touched. Running it again changes nothing."
        ],
        options: ShimPlan.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let plan = try ShimPlan(arguments, in: session)
        guard (try? FileTree().exists(plan.target)) == true else {  // one that may not be looked at is of no use either
            throw .couldNotRun(plan.target, "is missing", remedy: "install bailey-sudo beside bailey")
        }
        let foreign = try plan.foreign()
        guard foreign.isEmpty else { throw .couldNotRun(foreign) }
        for link in plan.links { try install(link, plan, session) }
        for file in plan.files {
            let content = try plan.content(of: file)
            guard file.state(content) != .installed else { continue }
            try ShimPlan.write(file.installed(in: content), to: file.path)
            session.console.print(printable("\(file.path): \(plan.directory) is first in PATH"))
        }
        session.console.print("in effect from the next login on; bailey shim status tells")
        return .done
    }

    private func install(_ link: String, _ plan: ShimPlan, _ session: Session) throws(CommandError) {
        let state = try plan.state(ofLink: link)
        guard state != .installed else { return }
        do throws(SystemError) {
            _ = try Directory(
                making: plan.place, permissions: 0o755, followingLinksOf: [0, CurrentProcess.effectiveUserID])
            if state == .other { try NameChanges.remove(link) }
            try NameChanges.link(link, to: plan.target)
        } catch {
            throw .couldNotRun(error, remedy: error.isPermission ? "run it as root, or with --user" : nil)
        }
        session.console.print(printable("\(link) -> \(plan.target)"))
    }
}
