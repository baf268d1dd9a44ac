import JSON
import Policies

/// `bailey policy check`: whether policies can be used, without using them.
struct PolicyCheckCommand: Command {
    static let syntax = CommandSyntax(
        name: "policy check", summary: "Check policies: who may write them, how they are written, what they say.",
        details: [
            "Without FILE, all policies of this host are checked. Of a FILE whose name does not tell, the kind it fits best is taken. Every error names path:line:column, and the command ends with 3.",
            "Policies for commands (command-policy.yaml, prompt-policy.yaml) have to be root's alone, with all they require beside them: by another the broker lets nothing run. Of one that is not in /etc/bailey that is only said.",
        ],
        operands: [CommandOperand(name: "FILE", isRequired: false, mayRepeat: true, help: "A policy file.")])

    private let paths: [String]

    init(_ arguments: ParsedArguments) { paths = arguments.operands }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        var problems = ProblemList()
        var checked: [CheckedPolicy] = []
        if paths.isEmpty {
            checked = CheckedPolicy.all(in: session.policyFiles, &problems)
        } else {
            for path in paths {
                let path = absolutePath(path, in: session.environment.workingDirectory)
                let found = CheckedPolicy.check(
                    path: path, trustedOwners: session.locations.trustedOwners, &problems)
                checked += found.map { [$0] } ?? []
            }
        }
        if session.options.wantsJSON {
            printJSON(checked, problems.problems, to: session.console)
        } else {
            for policy in checked {
                session.console.print(printable("\(policy.path): \(policy.summary)"))
                if let caveat = policy.caveat { session.console.report(printable("\(policy.path): \(caveat)")) }
            }
            if !problems.problems.isEmpty { throw .couldNotRun(problems.problems) }
        }
        return problems.problems.isEmpty ? .done : .couldNotRun
    }

    private func printJSON(_ checked: [CheckedPolicy], _ problems: [Problem], to console: Console) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("valid", problems.isEmpty)
            writer.member(
                "policies",
                array: { writer in
                    for policy in checked {
                        writer.objectOnOneLine {
                            $0.member("path", policy.path)
                            $0.member("kind", policy.kind.rawValue)
                            $0.member("entries", policy.entries)
                            if let caveat = policy.caveat { $0.member("caveat", caveat) }
                        }
                    }
                })
            writer.member(
                "problems",
                array: { writer in
                    for problem in problems {
                        writer.objectOnOneLine {
                            $0.member("where", problem.subject)
                            $0.member("why", problem.reason)
                            $0.member("remedy", problem.remedy)
                        }
                    }
                })
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
