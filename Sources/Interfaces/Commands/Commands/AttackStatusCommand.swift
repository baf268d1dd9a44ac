import AttackData
import AttackRetrieval
import JSON
import TechniqueLookup

/// `bailey attack status`: which version of ATT&CK is in use, and MITRE's notice.
struct AttackStatusCommand: Command {
    static let syntax = CommandSyntax(
        name: "attack status", summary: "Tell which version of MITRE ATT&CK is in use, and print MITRE's notice.")

    init(_ arguments: ParsedArguments) {}

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let installed = try InstalledAttackIndex(for: session)
        let index = installed.index
        guard session.options.wantsJSON else {
            let origin = installed.path.map { "imported, \($0)" } ?? "as bailey ships it"
            let counts = "\(index.techniqueCount) techniques in use, \(index.passageCount) passages"
            session.console.print(
                printable("ATT&CK \(index.catalogue.version): \(counts), \(origin)\n\n\(ShippedAttackData.notice)"))
            return .done
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("attack_version", index.catalogue.version)
            writer.member("techniques", index.techniqueCount)
            writer.member("passages", index.passageCount)
            writer.member("path", installed.path)
            writer.member("notice", ShippedAttackData.notice)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
        return .done
    }
}
