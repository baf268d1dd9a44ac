import Auditing
import JSON

/// `bailey audit verify`: whether the log is what the broker wrote.
struct AuditVerifyCommand: Command {
    static let head = CommandOption.value(
        "head", "FILE", mayRepeat: true,
        help: "Hold the log against this head, kept elsewhere: a cut end or a rewritten log is then found.")
    static let key = CommandOption.value(
        "key", "FILE",
        help:
            "The public key that heads must be signed with; without it audit.pub beside the log, which whoever changes the log can change too."
    )
    static let syntax = CommandSyntax(
        name: "audit verify",
        summary: "Check that no record of the audit log was changed, removed, reordered or inserted.",
        details: [
            "Reads only, and works on a copy. Exits with 1 when something is wrong, and names the first line concerned and what is wrong with it."
        ],
        options: [head, key], operands: [AuditLocation.operand])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let location = AuditLocation(arguments, in: session)
        let key = try location.publicKey(arguments.value(of: Self.key), in: session)
        var heads: [AuditVerifier.KeptHead] = []
        for file in arguments.values(of: Self.head) {
            let path = absolutePath(file, in: session.environment.workingDirectory)
            let head = try AuditLocation.auditing { () throws(AuditError) in try SignedHead.read(path) }
            heads.append(AuditVerifier.KeptHead(name: file, head: head))
        }
        var result = try AuditLocation.auditing { () throws(AuditError) in
            try AuditVerifier(path: location.path, heads: heads, publicKey: key).verify()
        }
        if key != nil, !arguments.has(Self.key), result.checkedHeads > 0 {
            result.notices.append("signatures were checked with the key beside the log; --key takes one kept elsewhere")
        }
        session.options.wantsJSON ? printJSON(result, to: session.console) : printText(result, to: session.console)
        return result.isSound ? .done : .findings
    }

    private func printText(_ result: AuditVerification, to console: Console) {
        for problem in result.problems { console.print(printable(problem.description)) }
        let files = result.files.count == 1 ? "1 file" : "\(result.files.count) files"
        let end = result.last.map { ", to record \($0.sequence) with hash \($0.hash)" } ?? ""
        let verdict = result.isSound ? "sound" : "NOT SOUND"
        console.print(
            "\(verdict): \(result.recordCount) records in \(files) follow each other\(end); \(result.checkedHeads) heads checked"
        )
        for notice in result.notices { console.print(printable("note: \(notice)")) }
    }

    private func printJSON(_ result: AuditVerification, to console: Console) {
        var writer = JSONWriter()
        writer.object {
            $0.member("schema", 1)
            $0.member("sound", result.isSound)
            $0.member("records", result.recordCount)
            $0.member("files", result.files)
            $0.member("last_sequence", result.last?.sequence ?? 0)
            $0.member("last_hash", result.last?.hash.hexadecimal)
            $0.member("last_time", result.lastTime?.description)
            $0.member("heads_checked", result.checkedHeads)
            $0.key("problems")
            $0.array { writer in for problem in result.problems { Self.write(problem, to: &writer) } }
            $0.member("notices", result.notices)
        }
        console.write(writer.drain() + [UInt8(ascii: "\n")])
    }

    private static func write(_ problem: AuditProblem, to writer: inout JSONWriter) {
        writer.object {
            $0.member("kind", problem.kind.rawValue)
            $0.member("file", problem.place?.file)
            $0.key("line")
            if let line = problem.place?.line { $0.value(line) } else { $0.null() }
            $0.member("reason", problem.reason)
        }
    }
}
