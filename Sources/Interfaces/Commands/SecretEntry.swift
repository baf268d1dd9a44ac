import LinuxSystem
import Reporting

import struct FoundationEssentials.Date

/// How a command gets a secret: typed at the terminal with the echo off, or as a line of standard input where that was asked for. There is
/// no option for it and no variable: every process of the host could read those.
struct SecretEntry {
    static let stdin = CommandOption.flag(
        "stdin", help: "Read it from standard input in place of the terminal, a line each: for provisioning.")
    /// How long a person has to type.
    private static let patience = Duration.seconds(300)

    let usesStandardInput: Bool

    init(_ arguments: ParsedArguments) { usesStandardInput = arguments.has(Self.stdin) }

    /// - Parameter what: what it is, for errors: "the token".
    func line(prompt: String, what: String) throws(CommandError) -> SecretBytes {
        do throws(Terminal.NoSecret) {
            if usesStandardInput {
                if let line = try StandardInput.secretLine() { return line }
                throw .ended
            }
            return try terminal(what).readSecret(prompt: prompt, until: .now + Self.patience)
        } catch {
            switch error {
            case .failed(let error): throw .couldNotRun(error)
            case .interrupted, .suspended, .signalled:
                throw .couldNotRun(what, "was not given (interrupted); nothing was changed")
            case .ended: throw .couldNotRun(what, "was not given; nothing was changed")
            case .timedOut: throw .couldNotRun(what, "was not given in time; nothing was changed")
            case .tooLong: throw .couldNotRun(what, "is too long; nothing was changed")
            }
        }
    }

    /// The end of standard input, where nothing may follow.
    func requireEnd(after what: String) throws(CommandError) {
        guard usesStandardInput else { return }
        do throws(Terminal.NoSecret) {
            if try StandardInput.secretLine(limit: 1) == nil { return }
        } catch {
            // A line that is too long, or cannot be read, is more than nothing.
        }
        throw .couldNotRun("standard input", "has more lines than \(what); nothing was changed")
    }

    private func terminal(_ what: String) throws(Terminal.NoSecret) -> Terminal {
        let terminal: Terminal?
        do throws(SystemError) { terminal = try Terminal.controlling() } catch { throw .failed(error) }
        if let terminal { return terminal }
        throw .failed(SystemError("ask for \(what)", "/dev/tty", code: .notFound))
    }
}

/// The terminal that a person who is shown a secret sits at.
extension Terminal {
    static func required(for what: String, otherwise remedy: String) throws(CommandError) -> Terminal {
        let found: Terminal?
        do throws(SystemError) { found = try Terminal.controlling() } catch { throw .couldNotRun(error) }
        if let found { return found }
        throw .couldNotRun(what, "needs a terminal, and this process has none", remedy: remedy)
    }
}

extension Session {
    /// The directory of root's that holds `name`, on this host or in the tree that `--root` names.
    func stateDirectory(_ name: String) -> String {
        (options.root == "/" ? "" : options.root) + "\(Locations.systemState)/\(name)"
    }

    /// An error unless this is root.
    func requireRoot(for what: String) throws(CommandError) {
        if environment.isRoot { return }
        throw .couldNotRun(what, "takes root: what the broker trusts is root's alone", remedy: "run it as root")
    }
}

/// Seconds since the epoch as RFC 3339 writes them.
func utc(_ seconds: Int64) -> String { "\(Timestamp(Date(timeIntervalSince1970: Double(seconds))))" }
