import JSON

/// `bailey preflight`: what this user can and cannot see here, before anything depends on it.
struct PreflightCommand: Command {
    static let syntax = CommandSyntax(
        name: "preflight",
        summary:
            "Tell what this user can see here, whether policies are valid, results can be written, and the guard has its place.",
        details: [
            "Ends with 3 when bailey assess could not run. What is limited does not stop it: the results name it as a gap.",
            "Of the privilege broker it tells whether it answers, whether its policy can be used, whether sudo is its own, and which programs still lead around it; bailey guard bypasses looks at all ways.",
        ])

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let steps = try Preflight(session: session).steps()
        session.options.wantsJSON ? printJSON(steps, to: session.console) : printText(steps, to: session.console)
        return steps.contains { $0.status == .failed } ? .couldNotRun : .done
    }

    private func printText(_ steps: [Preflight.Step], to console: Console) {
        for step in steps {
            console.print(printable("\(padded(step.status.rawValue, 9))\(padded(step.name, 20))\(step.detail)"))
            if let remedy = step.remedy { console.print(printable(String(repeating: " ", count: 29) + remedy)) }
        }
    }

    private func printJSON(_ steps: [Preflight.Step], to console: Console) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("ready", !steps.contains { $0.status == .failed })
            writer.member(
                "steps",
                array: { writer in
                    for step in steps {
                        writer.objectOnOneLine {
                            $0.member("name", step.name)
                            $0.member("status", step.status.rawValue)
                            $0.member("detail", step.detail)
                            $0.member("remedy", step.remedy)
                        }
                    }
                })
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
