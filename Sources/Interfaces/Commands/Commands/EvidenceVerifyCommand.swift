import Auditing
import CaseManagement
import Cryptography
import JSON
import LinuxSystem

/// `bailey evidence verify`: whether an evidence pack is what was signed.
struct EvidenceVerifyCommand: Command {
    static let key = CommandOption.value(
        "key", "FILE", help: "The public key it has to be signed with: PEM or 64 hexadecimal digits.")
    static let syntax = CommandSyntax(
        name: "evidence verify", summary: "Check an evidence pack: every part's hash, and the signature.",
        details: [
            "Without --key it is held against evidence.pub of the core of this host or user, where there is one; else against the key that it names itself, which is printed: that shows that nothing was changed since, not who signed. bailey evidence key prints a core's key."
        ],
        options: [key, CoreStore.stateOption], operands: [CommandOperand(name: "FILE", help: "The evidence pack.")])

    private static let sizeLimit = 256 << 20
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let bytes = try contents(arguments.operands[0], in: session)
        let held = try key(in: session)
        let problems = EvidencePack.problems(in: bytes, publicKey: held?.key)
        let signer = EvidencePack.signer(in: bytes)?.rawBytes.hexadecimal
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object {
                    $0.member("schema", 1)
                    $0.member("sound", problems.isEmpty)
                    $0.member("held_against_key", held != nil)
                    $0.member("key_file", held?.file)
                    $0.member("signed_with", signer)
                    $0.member("problems", problems)
                }
            }
        } else if problems.isEmpty {
            session.printText(
                held.map { "sound, signed with the key in \($0.file)" }
                    ?? "sound, by the key that it names itself, \(signer ?? ""): whose that is, only --key FILE shows")
        } else {
            for problem in problems { session.printText("not sound: \(problem)") }
            if let held, let signer, signer != held.key.rawBytes.hexadecimal {
                session.printText(
                    "it names the key \(signer), and was held against the one in \(held.file); for a pack of another core, name that one's with --key"
                )
            }
        }
        return problems.isEmpty ? .done : .findings
    }

    /// The key that is named, else that of the core here; nil where there is none, or it may not be read.
    private func key(in session: Session) throws(CommandError) -> (key: Ed25519.PublicKey, file: String)? {
        if let file = arguments.value(of: Self.key) {
            let text = String(decoding: try contents(file, in: session), as: UTF8.self)
            do throws(CryptographyError) { return (key: try Ed25519.PublicKey(text: text), file: file) } catch {
                throw .couldNotRun(file, "is no key: \(error)")
            }
        }
        if arguments.value(of: CoreStore.stateOption) == nil, Locations.coreState(in: session.environment) == nil {
            return nil
        }
        let store = try CoreStore(arguments, in: session)
        return try store.evidencePublicKey().map { key in
            (key: key, file: "\(store.directory)/\(EvidenceKey.publicName)")
        }
    }

    private func contents(_ path: String, in session: Session) throws(CommandError) -> [UInt8] {
        let path = absolutePath(path, in: session.environment.workingDirectory)
        do throws(SystemError) {
            return try FileTree().contents(of: path, limit: Self.sizeLimit)
        } catch { throw .couldNotRun(error) }
    }
}
