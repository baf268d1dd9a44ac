/// How `bailey` ends, for scripts. This is the one place that gives the numbers.
enum ExitCode: Int32, Sendable, CaseIterable {
    /// It did what was asked. Findings do not change that unless `--fail-on` says so.
    case done = 0
    /// `--fail-on` was given, and there are findings of that risk or a higher one; or the audit log is not what was
    /// written.
    case findings = 1
    /// The command line was not understood.
    case usage = 2
    /// It could not run: a policy that is missing or broken, an output directory that cannot be written, another run in the way.
    case couldNotRun = 3

    var meaning: String {
        switch self {
        case .done: "done"
        case .findings: "findings at or above the risk that --fail-on names; an audit log that is not sound"
        case .usage: "the command line was not understood"
        case .couldNotRun: "could not run: policies missing or broken, output not writable, another run in the way"
        }
    }
}
