import Cryptography
import FoundationEssentials
import LinuxSystem
import PrivilegeBroker
import QRCode

/// `bailey totp enrol`: a key for one-time codes, shown once.
struct TotpEnrolCommand: Command {
    static let address = CommandOption.flag(
        "address",
        help:
            "Print the key as an otpauth:// address on standard output in place of drawing it on the terminal: for provisioning. It is the secret itself."
    )
    static let digest = CommandOption.choice(
        "digest", "DIGEST", of: HMAC.Digest.allCases.map(\.rawValue),
        help: "Without it SHA1, which is all that many apps know; HMAC with it is sound.")
    static let digits = CommandOption.choice(
        "digits", "N", of: ["6", "7", "8"], help: "Digits of a code; without it 6.")
    static let replace = CommandOption.flag("replace", help: "Replace a key that is there: its codes count no more.")
    static let syntax = CommandSyntax(
        name: "totp enrol", summary: "Enrol a person for one-time codes (TOTP), with a QR code on the terminal.",
        details: [
            "A new key is drawn for an authenticator app to read, and kept once a code of the app's has proved that it has it. It is shown on the terminal alone, never in a pipe or file, and after that nowhere: who loses it enrols again."
        ],
        options: [address, digest, digits, replace, SecretEntry.stdin], operands: [CodeEnrolment.operand])

    private let arguments: ParsedArguments
    private let entry: SecretEntry
    /// Codes that may be mistyped before the key is thrown away.
    private static let attempts = 3

    init(_ arguments: ParsedArguments) {
        self.arguments = arguments
        entry = SecretEntry(arguments)
    }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        try session.requireRoot(for: "bailey totp enrol")
        let person = try CodeEnrolment(arguments, in: session)
        let store = person.store(in: session)
        let before = try CodeEnrolment.running { () throws(OneTimeCodeStoreError) in
            try store.enrolment(of: person.user)
        }
        if before != nil, !arguments.has(Self.replace) {
            throw .couldNotRun(
                person.account.name, "is enrolled already",
                remedy: "--replace makes a new key, and the old one's codes count no more")
        }
        var key = try newKey()
        let counter = try show(key, of: person) { () throws(CommandError) in try provenCounter(of: key, in: session) }
        // The code that proved it is spent with it.
        key.codes.lastCounter = counter
        let proven = key
        let enrolment = try CodeEnrolment.running { () throws(OneTimeCodeStoreError) in
            try store.enrol(proven, for: person.user)
            return try store.enrolment(of: person.user)
        }
        let text = "\(person.account.name) is enrolled: codes of the app count from now on, each once."
        if arguments.has(Self.address) {
            // Standard output has the address and nothing else.
            session.console.report(printable(text))
        } else {
            person.report(text, enrolment: enrolment, in: session)
        }
        return .done

        func show<Value>(
            _ key: OneTimeCodeKey, of person: CodeEnrolment, while body: () throws(CommandError) -> Value
        ) throws(CommandError) -> Value {
            let host = KernelIdentity.current.hostname
            let address = key.enrolmentAddress(account: person.account.name, host: host)
            if arguments.has(Self.address) {
                session.console.print(address)
                return try body()
            }
            return try draw(address, key, while: body)
        }
    }

    private func newKey() throws(CommandError) -> OneTimeCodeKey {
        do throws(CryptographyError) {
            let digits = arguments.value(of: Self.digits).flatMap { Int($0) } ?? 6
            return try OneTimeCodeKey(
                digest: arguments.choice(Self.digest, as: HMAC.Digest.self) ?? .sha1, digits: digits)
        } catch {
            throw .couldNotRun("", error.description)
        }
    }

    /// Draws the key while `body` asks for a code: where the terminal is high enough on its second screen, which leaves nothing behind to
    /// scroll back to (xterm's private mode 1049).
    private func draw<Value>(
        _ address: String, _ key: OneTimeCodeKey, while body: () throws(CommandError) -> Value
    ) throws(CommandError) -> Value {
        let terminal = try Terminal.required(
            for: "an enrolment", otherwise: "run it at a terminal, or have the address printed: --address --stdin")
        let symbol: QRSymbol
        do throws(QRSymbolError) {
            symbol = try QRSymbol(address)
        } catch {
            throw .couldNotRun("", error.description)
        }
        let size = terminal.windowSize
        // Where the size is not known it is that of 1978.
        let (columns, rows) = (Int(size?.columns ?? 80), Int(size?.rows ?? 24))
        let picture =
            symbol.columns <= columns
            ? symbol.terminalText
            : "The terminal is narrower than the QR code; type in the key, or this address:\n\(address)\n"
        let secret = key.key.withBytes { Base32.encode(Array($0)) }
        let text =
            picture + "Read it with an authenticator app, or type in: \(secret)\n"
            + "Nobody else is to see it. It is kept once a code of the app proves that it was read.\n"
        let hasRoom = text.split(separator: "\n").count + 2 * Self.attempts < rows
        do throws(SystemError) {
            try terminal.write((hasRoom ? "\u{1b}[?1049h\u{1b}[H\u{1b}[2J" : "") + text)
        } catch {
            throw .couldNotRun(error)
        }
        defer {
            if hasRoom { try? terminal.write("\u{1b}[?1049l") }  // a terminal that is gone shows nothing either
        }
        return try body()
    }

    /// The counter of a code that was typed in and is right.
    private func provenCounter(of key: OneTimeCodeKey, in session: Session) throws(CommandError) -> UInt64 {
        for attempt in 1...Self.attempts {
            let typed = try entry.line(prompt: "A code of the app: ", what: "a code")
            let code = typed.withBytes { Array($0.filter { $0 != UInt8(ascii: " ") }) }
            let now = Int64(session.environment.now().timeIntervalSince1970)
            if let counter = key.counter(for: code, at: now) { return counter }
            if attempt < Self.attempts { session.console.report("that is no code of this key at this time; once more") }
        }
        throw .couldNotRun(
            "the code", "was wrong; the key was not kept",
            remedy: "look at the clocks of the phone and of this host, then enrol again")
    }
}
