import Findings
import Reporting

/// One run of a command, and what it may use.
struct Session {
    let options: GlobalOptions
    let locations: Locations
    let environment: InvocationEnvironment
    let console: Console

    init(options: GlobalOptions, environment: InvocationEnvironment, console: Console) {
        self.options = options
        self.environment = environment
        self.console = console
        locations = Locations(options: options, environment: environment)
    }

    var policyFiles: PolicyFiles {
        PolicyFiles(directory: locations.policies, trustedOwners: locations.trustedOwners)
    }

    private var usesColor: Bool {
        options.usesColor(isTerminal: console.isOutputTerminal, environment: environment)
    }

    func outputPath() throws(CommandError) -> String {
        if let output = locations.output { return output }
        throw .couldNotRun("output directory", "is not known", remedy: "name one with --output DIR, or set HOME")
    }

    /// What a run with these findings ends with.
    func exitCode(for findings: [Finding]) -> ExitCode {
        guard let threshold = options.failOn, findings.contains(where: { $0.severity >= threshold }) else {
            return .done
        }
        return .findings
    }
}

extension Session {
    /// How text for people is dressed.
    var style: TerminalStyle { TerminalStyle(isColored: usesColor, columns: console.columns ?? 100) }

    /// Prints the one that was asked for, in pieces; stops when nobody reads any more.
    func print(json: some Document, text: some Document) {
        if options.wantsJSON { print(json) } else { print(text) }
    }

    func print(_ document: some Document) {
        // The only error is the one thrown here, and the console keeps what went wrong.
        try? document.write { piece in
            console.write(piece)
            if console.isOutputClosed || console.failure != nil { throw NobodyReads() }
        }
    }
}

/// Ends a long listing when its reader has gone.
private struct NobodyReads: Error {}
