import LinuxSystem

/// `bailey shim remove`: `sudo` is the real one again.
struct ShimRemoveCommand: Command {
    static let syntax = CommandSyntax(
        name: "shim remove", summary: "Take away what bailey shim install put there, and nothing else.",
        options: ShimPlan.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let plan = try ShimPlan(arguments, in: session)
        let foreign = try plan.foreign()
        do throws(SystemError) {
            for link in plan.links where try isOurs(link, plan) {
                try NameChanges.remove(link)
                session.console.print(printable("\(link): removed"))
            }
            // The directory, and the one of Bailey's that it is in, where nothing else is in them.
            if try NameChanges.removeIfEmpty(directory: plan.place) {
                let above = plan.place.split(separator: "/").dropLast()
                if above.last == "bailey" {
                    _ = try NameChanges.removeIfEmpty(directory: "/" + above.joined(separator: "/"))
                }
            }
        } catch {
            throw .couldNotRun(error, remedy: error.isPermission ? "run it as root, or with --user" : nil)
        }
        for file in plan.files { try remove(file, plan, session) }
        guard foreign.isEmpty else { throw .couldNotRun(foreign) }
        return .done
    }

    private func isOurs(_ link: String, _ plan: ShimPlan) throws(SystemError) -> Bool {
        do throws(CommandError) {
            let state = try plan.state(ofLink: link)
            return state == .installed || state == .other
        } catch {
            throw SystemError("look at", link, code: .accessDenied)
        }
    }

    private func remove(_ file: ShimFile, _ plan: ShimPlan, _ session: Session) throws(CommandError) {
        let content = try plan.content(of: file)
        let state = file.state(content)
        guard let content, state == .installed || state == .other else { return }
        if let rest = file.removed(from: content) {
            try ShimPlan.write(rest, to: file.path)
        } else {
            do throws(SystemError) { try NameChanges.remove(file.path) } catch { throw .couldNotRun(error) }
        }
        session.console.print(printable("\(file.path): removed"))
    }
}
