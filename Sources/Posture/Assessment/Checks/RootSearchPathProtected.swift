import ControlFrameworks
import Findings
import HostModel

/// Root finds programs only where nobody else can put one, and its path has no place that depends on where it stands.
struct RootSearchPathProtected: BypassCheck {
    let description = CheckDescription(
        id: "root-search-path-protected", title: "Nobody else can put programs where root finds them", category: .files,
        risk: .high,
        rationale:
            "Who can write a directory of root's path, a start-up script or a library waits until root runs what they put there.",
        remediation:
            "Run `chown root:root PATH && chmod go-w PATH`, and compare the file with the package's (`dpkg -V PACKAGE`).",
        controls: [
            .iso("A.8.3"), .iso("A.8.18"), .csf("PR.AA-05"), .csf("PR.PS-01"), .sp80053("AC-6"), .sp80053("CM-5"),
            .sp80053("SI-7"),
        ])

    private static let path = FactKey("login_defs.ENV_SUPATH")
    private static let roles: Set<WritablePrivilegedPath.Role> = [.searchPath, .script, .library, .module]

    var facts: [FactKey] { [Self.path] }

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard search.searchWritablePaths(context.snapshot.privilegedPaths, of: Self.roles) else { return search }
        if case .seen(.text(let text), let origin) = context.snapshot[Self.path] { judgePath(text, origin, &search) }
        return search
    }

    /// `PATH=/usr/sbin:…`: an empty or relative entry means the directory root happens to be in.
    private func judgePath(_ text: String, _ origin: String, _ search: inout BypassSearch) {
        let entries = text.drop { $0 != "=" }.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        let relative = entries.filter { !$0.hasPrefix("/") }
        let evidence = Evidence("root's path is \(text.displayed)", from: origin)
        if relative.isEmpty {
            search.sees(evidence.what, from: origin)
        } else {
            search.finds(
                Bypass(
                    .open, "root's path has a relative entry", Resource(.setting, origin), evidence: [evidence],
                    remediation: "Remove the entries that do not begin with / at \(origin)."))
        }
    }
}
