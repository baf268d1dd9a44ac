import ControlFrameworks
import Findings
import HostModel

/// su is for the members of one group. Where it is not set-user-id root it changes nobody's identity but root's own.
struct SuRestricted: BypassCheck {
    let description = CheckDescription(
        id: "su-restricted", title: "Only members of one group may use su", category: .privilege, risk: .low,
        rationale:
            "With su open to all, every account on the host is a place from which root's password can be guessed.",
        remediation: """
            Put `auth required pam_wheel.so use_uid group=sudo` (`group=wheel` on RHEL) into /etc/pam.d/su.
            """,
        controls: [.iso("A.8.2"), .iso("A.8.18"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("AC-6(10)")])

    private static let wheel = FactKey("pam.su.pam_wheel")

    var facts: [FactKey] { [Self.wheel] }

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (value, source) = search.look(at: context.snapshot[Self.wheel]) else { return search }
        if value == .flag(true) {
            search.sees("pam_wheel keeps su to one group", from: source)
            return search
        }
        switch context.snapshot.privilegedFiles {
        case .unseen(let gap): search.misses(gap)
        case .absent(let why, let place): search.sees(why, from: place)
        case .seen(let survey, let origin):
            let programs = survey.files.filter { $0.isSetUserID && $0.file.owner == .root }
                .filter { $0.file.path.split(separator: "/").last == "su" }
            for program in programs {
                let path = program.file.path
                search.finds(
                    Bypass(
                        .open, "everybody may use \(path.displayed)", Resource(.file, path), accounts: ["ALL"],
                        evidence: [
                            Evidence("mode \(program.file.permissionText), set-user-id root", from: path.displayed),
                            Evidence("no pam_wheel", from: source),
                        ]))
            }
            if programs.isEmpty { search.sees("su is not set-user-id root", from: origin) }
        }
        return search
    }
}
