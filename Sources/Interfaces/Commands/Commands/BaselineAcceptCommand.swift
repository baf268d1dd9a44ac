import JSON
import Policies

/// `bailey baseline accept`: the decision that turns a proposal into an approval.
struct BaselineAcceptCommand: Command {
    static let all = CommandOption.flag("all", help: "Accept every rule that is pending, ports and egress.")
    static let syntax = CommandSyntax(
        name: "baseline accept", summary: "Accept proposed rules, which approve from then on.",
        details: [
            "Changes the word pending of those rules, and nothing else of the files. An id that no rule has changes nothing."
        ],
        options: [all],
        operands: [CommandOperand(name: "ID", isRequired: false, mayRepeat: true, help: "The id of a proposed rule.")])

    private let selection: BaselineAcceptance.Selection

    init(_ arguments: ParsedArguments) throws(UsageError) {
        switch (arguments.has(Self.all), arguments.operands) {
        case (true, []): selection = .all
        case (false, []): throw UsageError("name the ids to accept, or --all", command: Self.syntax.name)
        case (true, _): throw UsageError("--all leaves no ids to name", command: Self.syntax.name)
        case (false, let ids): selection = .ids(ids)
        }
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let files = session.policyFiles
        var acceptances: [BaselineAcceptance] = []
        for kind in PolicyKind.allCases {
            let texts = try PolicySet.texts(of: kind, files)
            try acceptances.append(
                PolicySet.parsed { () throws(PolicyErrors) in try BaselineAcceptance(selection, in: texts, kind: kind) }
            )
        }
        try refuseUnknown(acceptances)
        let writer = PolicyWriter(environment: session.environment)
        for file in acceptances.flatMap(\.files) { try writer.write(file) }
        report(acceptances, session)
        return .done
    }

    /// An id that neither policy has is a mistake, and then nothing is accepted.
    private func refuseUnknown(_ acceptances: [BaselineAcceptance]) throws(CommandError) {
        var unknown = Set(acceptances.first?.unknown ?? [])
        for acceptance in acceptances { unknown.formIntersection(acceptance.unknown) }
        guard !unknown.isEmpty else { return }
        throw .couldNotRun(
            unknown.sorted().map {
                Problem(
                    subject: $0, reason: "no rule has this id; nothing was accepted",
                    remedy: "bailey baseline ports and bailey baseline egress print the ids they propose")
            })
    }

    private func report(_ acceptances: [BaselineAcceptance], _ session: Session) {
        let accepted = acceptances.flatMap(\.accepted)
        let already = acceptances.flatMap(\.alreadyAccepted)
        guard session.options.wantsJSON else {
            for id in accepted { session.console.print("accepted: \(id)") }
            for id in already { session.console.print("accepted before: \(id)") }
            if accepted.isEmpty, already.isEmpty { session.console.print("Nothing is pending.") }
            return
        }
        var writer = JSONWriter()
        writer.object {
            $0.member("schema", 1)
            $0.member("accepted", accepted)
            $0.member("already_accepted", already)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
