import LinuxSystem

/// Where policies are read from and results are written to.
///
/// `--policies` and `--output` win. A program run from a checkout uses the checkout's `policies/` and `assessments/`. Installed, root
/// uses `/etc/bailey` and `/var/lib/bailey`; another user has `$XDG_STATE_HOME/bailey` for results, and for policies
/// `$XDG_CONFIG_HOME/bailey` where that is there, else `/etc/bailey`.
struct Locations: Sendable, Hashable {
    let policies: String
    /// Nil when there is no place of this user's: neither `XDG_STATE_HOME` nor `HOME` is set.
    let output: String?
    /// The top of the checkout the program was built in; nil when it is installed.
    let checkout: String?
    /// Who may own policy files: root, the user who runs this, and the checkout's owner.
    let trustedOwners: Set<UInt32>

    static let systemPolicies = "/etc/bailey"
    static let systemState = "/var/lib/bailey"
    static let systemCoreState = "\(systemState)-core"
    /// Where the installed core takes producers' alerts in (bailey-core.service).
    static let systemCoreSocket = "/run/bailey-core/core.sock"

    init(options: GlobalOptions, environment: InvocationEnvironment) {
        let found = Self.checkout(above: environment.executablePath)
        checkout = found?.path
        trustedOwners = Set([0, environment.effectiveUserID] + (found.map { [$0.owner] } ?? []))
        policies = options.policies ?? found.map { "\($0.path)/policies" } ?? Self.policies(in: environment)
        output = options.output ?? found.map { "\($0.path)/assessments" } ?? Self.state(in: environment)
    }

    private static func policies(in environment: InvocationEnvironment) -> String {
        if environment.isRoot { return systemPolicies }
        guard let own = configuration(in: environment) else { return systemPolicies }
        return isThere(own) ? own : systemPolicies
    }

    /// Where this user's settings are; nil when neither `XDG_CONFIG_HOME` nor `HOME` is set.
    static func configuration(in environment: InvocationEnvironment) -> String? {
        if environment.isRoot { return systemPolicies }
        let home = environment.directory("HOME").map { "\($0)/.config" }
        return (environment.directory("XDG_CONFIG_HOME") ?? home).map { "\($0)/bailey" }
    }

    /// Where the core keeps its database: apart from root's own state, for it has a user of its own.
    static func coreState(in environment: InvocationEnvironment) -> String? {
        state(in: environment).map { "\($0)-core" }
    }

    static func state(in environment: InvocationEnvironment) -> String? {
        if environment.isRoot { return systemState }
        let home = environment.directory("HOME").map { "\($0)/.local/state" }
        return (environment.directory("XDG_STATE_HOME") ?? home).map { "\($0)/bailey" }
    }

    /// The nearest directory above the program that holds `Package.swift` and the policies that ship.
    private static func checkout(above executable: String?) -> (path: String, owner: UInt32)? {
        guard let executable else { return nil }
        var parts = executable.split(separator: "/").dropLast()
        while !parts.isEmpty {
            let path = "/" + parts.joined(separator: "/")
            if isThere("\(path)/policies/approved-ports.yaml"), let owner = owner(of: "\(path)/Package.swift") {
                return (path, owner)
            }
            parts = parts.dropLast()
        }
        return nil
    }

    private static func isThere(_ path: String) -> Bool { owner(of: path) != nil }

    /// Nil when the path is not there, or may not be looked at: then it is of no use either.
    private static func owner(of path: String) -> UInt32? { try? FileTree().metadata(of: path).owner }
}
