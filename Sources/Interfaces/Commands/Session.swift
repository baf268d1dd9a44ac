import Findings

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

    var usesColor: Bool {
        options.usesColor(isTerminal: console.isOutputTerminal, environment: environment)
    }

    /// Columns that text for people should keep to; nil where lines may be as long as they are.
    var columns: Int? { console.columns }

    func outputPath() throws(CommandError) -> String {
        if let output = locations.output { return output }
        throw .couldNotRun("output directory", "is not known", remedy: "name one with --output DIR, or set HOME")
    }

    /// What a run with findings of these risks ends with.
    func exitCode(risks: some Sequence<Severity>) -> ExitCode {
        guard let threshold = options.failOn, risks.contains(where: { $0 >= threshold }) else { return .done }
        return .findings
    }
}
