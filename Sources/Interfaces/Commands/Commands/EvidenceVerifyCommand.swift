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
            "Without --key it is held against the key that it names itself: that shows that nothing was changed since, not who signed."
        ],
        options: [key], operands: [CommandOperand(name: "FILE", help: "The evidence pack.")])

    private static let sizeLimit = 256 << 20
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let bytes = try contents(arguments.operands[0], in: session)
        var key: Ed25519.PublicKey?
        if let file = arguments.value(of: Self.key) {
            let text = String(decoding: try contents(file, in: session), as: UTF8.self)
            do throws(CryptographyError) { key = try Ed25519.PublicKey(text: text) } catch {
                throw .couldNotRun(file, "is no key: \(error)")
            }
        }
        let problems = EvidencePack.problems(in: bytes, publicKey: key)
        if session.options.wantsJSON {
            session.printDocument { writer in
                writer.object {
                    $0.member("schema", 1)
                    $0.member("sound", problems.isEmpty)
                    $0.member("held_against_key", key != nil)
                    $0.member("problems", problems)
                }
            }
        } else if problems.isEmpty {
            session.printText(key == nil ? "sound, by the key that it names itself" : "sound")
        } else {
            for problem in problems { session.printText("not sound: \(problem)") }
        }
        return problems.isEmpty ? .done : .findings
    }

    private func contents(_ path: String, in session: Session) throws(CommandError) -> [UInt8] {
        let path = absolutePath(path, in: session.environment.workingDirectory)
        do throws(SystemError) {
            return try FileTree().contents(of: path, limit: Self.sizeLimit)
        } catch { throw .couldNotRun(error) }
    }
}
