import CoreRoutes
import JSON

/// `bailey playbooks list`: what alerts are held against.
struct PlaybooksListCommand: Command {
    static let syntax = CommandSyntax(
        name: "playbooks list",
        summary: "List the playbooks: their rules, with the numbers in force and where each comes from.",
        details: [
            "Numbers are as they ship, or as playbook-policy.yaml beside the other policies has them: templates/playbook-policy.yaml is a start, and bailey policy check says what is wrong with one. A core that runs takes a change over within a minute, or on SIGHUP."
        ],
        options: CoreConnection.options)

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let answer = try CoreConnection(arguments, in: session).document(PlaybooksList.self)
        if session.options.wantsJSON {
            session.console.write(answer.bytes)
            return .done
        }
        for playbook in answer.value["playbooks"]?.elements ?? [] { session.print(playbook: playbook) }
        return .done
    }
}

extension Session {
    /// A line for the playbook, and one for each rule.
    /// - Parameter isWhole: with what each rule means.
    func print(playbook: JSONValue, isWhole: Bool = false) {
        let standing = playbook["in_force"]?.flag == false ? "  (not in force)" : ""
        printText("\(playbook.words("id")): \(playbook.words("title"))\(standing)\(origin(of: playbook))")
        for rule in playbook["rules"]?.elements ?? [] {
            let isInForce = rule["in_force"]?.flag != false
            printRow([
                ("  \(rule.words("name"))", 38), (isInForce ? rule.words("verdict") : "off", 9), (numbers(of: rule), 0),
            ])
            for change in rule["changes"]?.elements ?? [] { print(change: change) }
            if isWhole { printText("      \(rule.words("meaning"))") }
        }
    }

    private func print(change: JSONValue) {
        printText("      \(change.words("value")) at \(change.words("where")); ships as \(change.words("shipped"))")
    }

    private func origin(of playbook: JSONValue) -> String {
        let changes = (playbook["changes"]?.elements ?? []).map { " by \($0.words("where"))" }.joined()
        return playbook["origin"]?.text == "policy" ? "  added at \(playbook.words("where"))" : changes
    }

    /// `failure of 5 different user by source_address in 30 min`, `success ×1 by source_address in 60 min, after failure ×5`
    private func numbers(of rule: JSONValue) -> String {
        let count = rule.words("threshold")
        let times = rule["distinct"]?.text.map { " of \(count) different \($0)" } ?? " ×\(count)"
        var text = "\(rule.words("signal"))\(times) by \(rule.words("by")) in \(rule.words("minutes")) min"
        if let after = rule["after"], after != .null {
            text += ", after \(after.words("signal")) ×\(after.words("count"))"
        }
        return text
    }
}
