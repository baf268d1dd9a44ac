import Findings

/// What may be said to every command.
struct GlobalOptions: Sendable, Hashable {
    enum Color: String, Sendable, CaseIterable {
        case auto, always, never
    }

    /// Absolute, without a slash at its end.
    var root = "/"
    var policies: String?
    var output: String?
    var wantsJSON = false
    var color = Color.auto
    var failOn: Severity?

    static let rootOption = CommandOption.value(
        "root", "DIR",
        help:
            "Look at the file tree below DIR in place of this host: a mounted image, a container's files. What only a running system can tell is then not assessed."
    )
    static let policiesOption = CommandOption.value("policies", "DIR", help: "Read the policies from DIR.")
    static let outputOption = CommandOption.value(
        "output", "DIR", help: "Write results to DIR, and read those of the run before from there.")
    static let jsonOption = CommandOption.flag("json", help: "Print JSON in place of text.")
    static let colorOption = CommandOption.choice(
        "color", "WHEN", of: Color.allCases.map(\.rawValue),
        help: "Colour text: auto colours it on a terminal, unless NO_COLOR is set.")
    static let failOnOption = CommandOption.choice(
        "fail-on", "RISK", of: Severity.allCases.map(\.rawValue),
        help: "Exit with 1 when there are findings of this risk or a higher one.")
    static let help = CommandOption.flag("help", help: "Print this help.")
    static let version = CommandOption.flag("version", help: "Print the version.")

    static let all = [
        colorOption, failOnOption, help, jsonOption, outputOption, policiesOption, rootOption, version,
    ]

    init() {}

    /// - Parameter workingDirectory: what relative paths are relative to.
    init(_ arguments: ParsedArguments, workingDirectory: String) {
        func path(_ option: CommandOption) -> String? {
            arguments.value(of: option).map { absolutePath($0, in: workingDirectory) }
        }
        root = path(Self.rootOption) ?? "/"
        policies = path(Self.policiesOption)
        output = path(Self.outputOption)
        wantsJSON = arguments.has(Self.jsonOption)
        color = arguments.choice(Self.colorOption, as: Color.self) ?? .auto
        failOn = arguments.choice(Self.failOnOption, as: Severity.self)
    }

    /// Whether text to standard output is coloured (https://no-color.org: set and not empty turns colour off; a flag wins).
    func usesColor(isTerminal: Bool, environment: InvocationEnvironment) -> Bool {
        switch color {
        case .always: return true
        case .never: return false
        case .auto:
            guard isTerminal, environment.variable("TERM") != "dumb" else { return false }
            return (environment.variable("NO_COLOR") ?? "").isEmpty
        }
    }
}

/// `path` from the root, without `.`, doubled slashes and a slash at its end. `..` stays: only the kernel knows what a link before it
/// leads to.
func absolutePath(_ path: String, in directory: String) -> String {
    let whole = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
}
