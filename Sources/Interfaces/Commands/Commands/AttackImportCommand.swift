import AttackData
import AttackRetrieval
import JSON
import LinuxSystem
import TechniqueLookup

/// `bailey attack import FILE|URL`: another version of ATT&CK.
struct AttackImportCommand: Command {
    static let release = CommandOption.value(
        "release", "VERSION", help: "What the version is called, when neither the bundle nor the file's name says it.")
    static let syntax = CommandSyntax(
        name: "attack import", summary: "Use another version of MITRE ATT&CK, made from its STIX 2.1 bundle.",
        details: [
            "The index is kept in the output directory, and is used as long as the program itself does not ship a later version. A URL is fetched by curl over https.",
            "MITRE's bundles are at https://github.com/mitre-attack/attack-stix-data; their notice holds for what is made of them.",
        ],
        options: [release],
        operands: [CommandOperand(name: "FILE|URL", help: "A bundle of Enterprise ATT&CK, JSON, not compressed.")])

    private static let sizeLimit = 256 << 20
    private let source: String
    private let release: String?

    init(_ arguments: ParsedArguments) {
        source = arguments.operands.first ?? ""
        release = arguments.value(of: Self.release)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let directory = try session.outputPath()
        session.console.showProgress("reading \(printable(source))")
        let bytes = try bundle(in: session)
        session.console.showProgress("making the index")
        let index: AttackIndex
        do throws(AttackError) {
            index = try AttackIndex(
                bundle: bytes, knowledge: DetectionKnowledge(parsing: ShippedAttackData.knowledge),
                version: release ?? Self.version(inName: source))
        } catch { throw .couldNotRun(source, error.description) }
        let output = try OutputDirectory(path: directory, mayGiveAway: session.environment.isRoot)
        try output.replace([OutputFile(InstalledAttackIndex.fileName, bytes: index.encoded)])
        tell(index, at: "\(directory)/\(InstalledAttackIndex.fileName)", to: session)
        return .done
    }

    private func bundle(in session: Session) throws(CommandError) -> [UInt8] {
        if source.contains("://") { return try AttackDownload.bytes(of: source, sizeLimit: Self.sizeLimit) }
        do throws(SystemError) {
            let path = absolutePath(source, in: session.environment.workingDirectory)
            return try FileTree().contents(of: path, limit: Self.sizeLimit)
        } catch {
            throw .couldNotRun(error)
        }
    }

    /// `enterprise-attack-18.1.json` is of version 18.1.
    static func version(inName name: String) -> String? {
        let file = name.split(separator: "/").last ?? ""
        return file.split { !($0.isASCII && $0.isNumber) && $0 != "." }
            .map { $0.split(separator: ".").joined(separator: ".") }
            .last { $0.contains(".") }
    }

    private func tell(_ index: AttackIndex, at path: String, to session: Session) {
        guard session.options.wantsJSON else {
            session.console.print(
                printable(
                    "ATT&CK \(index.catalogue.version): \(index.techniqueCount) techniques in use, \(index.passageCount) passages, in \(path)"
                ))
            return
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("attack_version", index.catalogue.version)
            writer.member("techniques", index.techniqueCount)
            writer.member("passages", index.passageCount)
            writer.member("path", path)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
