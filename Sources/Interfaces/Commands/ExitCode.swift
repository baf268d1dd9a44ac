import BrokerProtocol
import SudoClient

/// How `bailey` ends, for scripts. This is the one place that gives the numbers, but for `bailey run`, which ends as the command it runs,
/// and what asks the broker, whose refusals have numbers of their own (`RefusalCode`).
struct ExitCode: RawRepresentable, Sendable, Hashable {
    let rawValue: Int32
    /// The signal that ended the command whose place this process took, and is to end this process.
    var signal: Int32?

    init(rawValue: Int32) { self.rawValue = rawValue }

    init(signal: Int32) {
        rawValue = 128 + signal
        self.signal = signal
    }

    init(_ ending: ClientEnding) {
        switch ending {
        case .status(let status): self.init(rawValue: status)
        case .signal(let signal): self.init(signal: signal)
        }
    }

    init(_ code: RefusalCode) { self.init(rawValue: Int32(code.rawValue)) }

    /// It did what was asked. Findings do not change that unless `--fail-on` says so.
    static let done = ExitCode(rawValue: 0)
    /// `--fail-on` was given, and there are findings of that risk or a higher one; or the audit log is not what was
    /// written.
    static let findings = ExitCode(rawValue: 1)
    /// The command line was not understood.
    static let usage = ExitCode(rawValue: 2)
    /// It could not run: a policy that is missing or broken, an output directory that cannot be written, another run in the way.
    static let couldNotRun = ExitCode(rawValue: 3)

    /// Those of every command, and what each means.
    static let meanings: [(code: ExitCode, meaning: String)] = [
        (.done, "done"),
        (.findings, "findings at or above the risk that --fail-on names; an audit log that is not sound"),
        (.usage, "the command line was not understood"),
        (.couldNotRun, "could not run: policies missing or broken, output not writable, another run in the way"),
    ]
}
