import ControlFrameworks
import Findings
import HostModel

/// Root finds programs only where nobody else can put one, and its path has no place that depends on where it stands.
struct RootSearchPathProtected: Check {
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
    private static let roles: Set<WritablePrivilegedPath.Role> = [.searchPath, .script, .library]

    var facts: [FactKey] { [Self.path] }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.privilegedPaths.assess { survey, source in
            var judgement = Judgement()
            for path in survey.writable where Self.roles.contains(path.role) {
                judgement.violates(
                    "\(path.writableBy) can change \(path.file.path.displayed)",
                    Evidence("\(path.role.rawValue): mode \(path.file.permissionText)", from: path.file.path.displayed))
            }
            for gap in survey.gaps { judgement.isUnknown(gap) }
            if case .seen(.text(let text), let origin) = context.snapshot[Self.path] {
                judgePath(text, origin, &judgement)
            }
            judgement.sees(Evidence("nothing else among \(survey.examined) files", from: source))
            return judgement.answer
        }
    }

    /// `PATH=/usr/sbin:…`: an empty or relative entry means the directory root happens to be in.
    private func judgePath(_ text: String, _ origin: String, _ judgement: inout Judgement) {
        let entries = text.drop { $0 != "=" }.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        let relative = entries.filter { !$0.hasPrefix("/") }
        let evidence = Evidence("root's path is \(text.displayed)", from: origin)
        if relative.isEmpty {
            judgement.sees(evidence)
        } else {
            judgement.violates("root's path has a relative entry", evidence)
        }
    }
}
