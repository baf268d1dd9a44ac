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
            "The index is kept in the output directory, and in the state directory of this host's core where there is one, and is used as long as the program itself does not ship a later version. A core that runs takes it over within a minute, at once on SIGHUP; bailey core status tells which one it uses.",
            "A URL is fetched by curl over https. Its host's certificate is held against this host's trust store (/etc/ssl/certs, update-ca-certificates), or against the file that SSL_CERT_FILE, CURL_CA_BUNDLE or the directory that SSL_CERT_DIR names.",
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
        let directories = [directory] + (try coreState(in: session).map { [$0] } ?? [])
        for directory in directories {
            let output = try OutputDirectory(path: directory, mayGiveAway: session.environment.isRoot)
            try output.replace([OutputFile(InstalledAttackIndex.fileName, bytes: index.encoded)])
        }
        tell(index, in: directories, to: session)
        return .done
    }

    /// The state directory of this host's or user's core, which may not read the directory of results; nil where there is none, and where
    /// another place was named.
    private func coreState(in session: Session) throws(CommandError) -> String? {
        guard session.options.output == nil, session.locations.checkout == nil,
            let state = Locations.coreState(in: session.environment)
        else { return nil }
        do throws(SystemError) { return try FileTree().exists(state) ? state : nil } catch { throw .couldNotRun(error) }
    }

    private func bundle(in session: Session) throws(CommandError) -> [UInt8] {
        if source.contains("://") {
            return try AttackDownload.bytes(of: source, sizeLimit: Self.sizeLimit, in: session.environment)
        }
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

    private func tell(_ index: AttackIndex, in directories: [String], to session: Session) {
        let paths = directories.map { "\($0)/\(InstalledAttackIndex.fileName)" }
        let path = paths.first ?? ""
        guard session.options.wantsJSON else {
            session.console.print(
                printable(
                    "ATT&CK \(index.catalogue.version): \(index.techniqueCount) techniques in use, \(index.passageCount) passages, in \(path)"
                ))
            for path in paths.dropFirst() {
                session.console.print(
                    printable("and in \(path), for bailey-core: one that runs takes it over within a minute"))
            }
            return
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("attack_version", index.catalogue.version)
            writer.member("techniques", index.techniqueCount)
            writer.member("passages", index.passageCount)
            writer.member("path", path)
            writer.member("paths", paths)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
