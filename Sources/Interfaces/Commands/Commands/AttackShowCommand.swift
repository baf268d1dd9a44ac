import AttackRetrieval
import JSON
import TechniqueLookup

/// `bailey attack show ID`: a technique, under whatever id it is known.
struct AttackShowCommand: Command {
    static let syntax = CommandSyntax(
        name: "attack show", summary: "Tell what an ATT&CK technique is called, or what has taken its place.",
        details: [
            "Revoked ids are followed to their successors, and ids of other versions of ATT&CK to those of the one in use."
        ],
        operands: [CommandOperand(name: "ID", help: "A technique's or sub-technique's id, such as T1003.001.")])

    private let id: TechniqueID

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let text = arguments.operands.first ?? ""
        guard let id = TechniqueID(text) else {
            throw UsageError(
                "'\(text)' is no technique id: they are written T1003 or T1003.001", command: Self.syntax.name)
        }
        self.id = id
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let catalogue = try InstalledAttackIndex(for: session).index.catalogue
        let technique: AttackTechnique
        let standing: String
        switch catalogue.resolve(id) {
        case .current(let found): (technique, standing) = (found, "current")
        case .replaced(let found): (technique, standing) = (found, "replaced")
        case .deprecated(let found): (technique, standing) = (found, "deprecated")
        case .unknown:
            throw .usage(
                UsageError("ATT&CK \(catalogue.version) has no technique \(id)", command: Self.syntax.name))
        }
        session.options.wantsJSON
            ? printJSON(technique, standing, catalogue, to: session.console)
            : printText(technique, standing, catalogue, to: session.console)
        return .done
    }

    private func printJSON(
        _ technique: AttackTechnique, _ standing: String, _ catalogue: AttackCatalogue, to console: Console
    ) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("asked", id.description)
            writer.member("standing", standing)
            writer.member("technique_id", technique.id.description)
            writer.member("name", technique.name)
            writer.member("parent", technique.id.parent?.description)
            writer.member("tactics", technique.tactics)
            writer.member("platforms", technique.platforms)
            writer.member("attack_version", catalogue.version)
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }

    private func printText(
        _ technique: AttackTechnique, _ standing: String, _ catalogue: AttackCatalogue, to console: Console
    ) {
        let parent = technique.id.parent.flatMap { catalogue[$0] }.map { "\($0.name): " } ?? ""
        var lines = ["\(technique.id)  \(parent)\(technique.name)"]
        switch standing {
        case "replaced": lines.insert("\(id) is now \(technique.id):", at: 0)
        case "deprecated": lines.append("Deprecated: ATT&CK no longer uses it, and names nothing in its place.")
        default: break
        }
        lines += [
            "Tactics:   \(technique.tactics.joined(separator: ", "))",
            "Platforms: \(technique.platforms.joined(separator: ", "))", "ATT&CK \(catalogue.version)",
        ]
        console.print(printable(lines.joined(separator: "\n")))
    }
}
