import ControlFrameworks
import Findings
import HostModel

/// Homes belong to their accounts and are closed to others.
struct HomeDirectoriesClosed: Check {
    let description = CheckDescription(
        id: "home-directories-closed", title: "Homes are closed to other accounts", category: .files, risk: .medium,
        rationale:
            "Who can write a home owns the account: a line in its start-up files runs at the next login. Who can read it finds keys and histories.",
        remediation:
            "Run `chmod 0750 DIRECTORY` and `chown ACCOUNT DIRECTORY`; set `HOME_MODE 0750` in /etc/login.defs for new ones.",
        controls: [
            .iso("A.5.15"), .iso("A.8.3"), .csf("PR.AA-05"), .csf("PR.DS-01"), .sp80053("AC-3"), .sp80053("AC-6"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.homes.assess { homes, source in
            var judgement = Judgement()
            let people = context.snapshot.accounts.value?.personIDs ?? 1000...60000
            for home in homes {
                switch home.directory {
                case .seen(let directory, let path): judge(directory, of: home, path, people, &judgement)
                case .absent(_, let path):
                    judgement.fallsShort(
                        "the home of \(home.account) does not exist", Evidence("no such directory", from: path))
                case .unseen(let gap): judgement.isUnknown(gap)
                }
            }
            judgement.sees(Evidence("\(homes.count) homes", from: source))
            return judgement.answer
        }
    }

    private func judge(
        _ directory: HostFile, of home: HomeDirectory, _ path: String, _ people: ClosedRange<UInt32>,
        _ judgement: inout Judgement
    ) {
        let evidence = Evidence("mode \(directory.permissionText), owner \(directory.owner)", from: path)
        if directory.owner != home.userID, directory.owner != .root {
            judgement.violates("the home of \(home.account) belongs to user \(directory.owner)", evidence)
        } else if directory.permissions & 0o022 != 0 {
            judgement.violates("others can write the home of \(home.account)", evidence)
        } else if directory.permissions & 0o007 != 0, home.userID == .root || people.contains(home.userID.rawValue) {
            // What a service keeps where it lives is often there for others to read.
            judgement.fallsShort("everybody can look into the home of \(home.account)", evidence)
        }
    }
}
