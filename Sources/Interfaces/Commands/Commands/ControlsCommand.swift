import ControlFrameworks
import JSON
import Reporting

/// `bailey controls`: the controls that checks map to.
struct ControlsCommand: Command {
    static let framework = CommandOption.choice(
        "framework", "NAME", of: ControlFramework.allCases.map(\.rawValue), help: "Only the controls of this framework."
    )
    static let syntax = CommandSyntax(
        name: "controls", summary: "List the controls of ISO 27001, NIST CSF and SP 800-53, with titles.",
        details: [
            "Titles of ISO controls and CSF subcategories are in our own words. The status of each control on this host is in compliance-summary.json."
        ],
        options: [framework])

    private let frameworks: [ControlFramework]

    init(_ arguments: ParsedArguments) {
        frameworks =
            arguments.choice(Self.framework, as: ControlFramework.self).map { [$0] } ?? ControlFramework.allCases
    }

    func run(in session: Session) -> ExitCode {
        session.options.wantsJSON ? printJSON(to: session.console) : printText(to: session.console)
        return .done
    }

    private func printText(to console: Console) {
        for framework in frameworks {
            for group in ControlCatalogue.groups(of: framework) {
                console.print("\(framework.rawValue)  \(group.id)  \(group.title)")
                for control in ControlCatalogue.controls(in: group) {
                    console.print("  \(padded(control.id, 12))\(ControlCatalogue.title(of: control) ?? "")")
                }
            }
        }
    }

    private func printJSON(to console: Console) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.key("controls")
            writer.array { writer in
                for framework in frameworks {
                    for control in ControlCatalogue.controls(of: framework) {
                        writer.objectOnOneLine {
                            $0.member("framework", framework.rawValue)
                            $0.member("id", control.id)
                            $0.member("title", ControlCatalogue.title(of: control))
                            $0.member("group", ControlCatalogue.group(of: control)?.id)
                        }
                    }
                }
            }
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
