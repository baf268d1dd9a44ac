import Auditing
import Cryptography

/// `bailey audit head`: the signed head to keep elsewhere.
struct AuditHeadCommand: Command {
    static let sign = CommandOption.flag(
        "sign", help: "Verify the log, and sign a head of it as it is now, with the key beside it; that takes root.")
    static let syntax = CommandSyntax(
        name: "audit head", summary: "Print the signed head of the audit log, to keep where this host cannot reach.",
        details: [
            "A head names the last record and its hash. Held against the log later (bailey audit verify --head FILE), it tells whether the log was cut or written anew since."
        ],
        options: [sign], operands: [AuditLocation.operand])

    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let location = AuditLocation(arguments, in: session)
        let path = "\(location.directory)/\(AuditName.head)"
        if arguments.has(Self.sign) { try sign(location, path, at: AuditTime(session.environment.now())) }
        let head = try AuditLocation.auditing { () throws(AuditError) in try SignedHead.read(path) }
        session.console.write(head.line)
        return .done
    }

    private func sign(_ location: AuditLocation, _ path: String, at time: AuditTime) throws(CommandError) {
        try AuditLocation.auditing { () throws(AuditError) in
            let keyPath = "\(location.directory)/\(AuditName.key)"
            guard let key = try AuditKey.load(keyPath) else {
                throw AuditError.unfit(path: keyPath, why: "is not there; a copy of a log cannot be signed")
            }
            let found = try AuditVerifier(path: location.directory, publicKey: key.publicKey).verify()
            if let problem = found.problems.first {
                throw AuditError.unfit(path: location.directory, why: "was not signed: \(problem)")
            }
            guard let last = found.last, let file = found.files.last else {
                throw AuditError.unfit(path: location.directory, why: "holds no record to sign")
            }
            try SignedHead(sequence: last.sequence, hash: last.hash, time: time, file: file, signedWith: key)
                .write(to: path)
        }
    }
}
