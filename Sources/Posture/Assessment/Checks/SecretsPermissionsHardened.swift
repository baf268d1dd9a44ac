import ControlFrameworks
import Findings
import HostModel

/// Files that hold secrets, the AI agent's and those in people's homes, belong to their account and are open to nobody else.
struct SecretsPermissionsHardened: Check {
    let description = CheckDescription(
        id: "secrets_permissions_hardened", title: "Secrets in homes are readable by their owner alone",
        category: .files, risk: .high,
        rationale:
            "Keys, tokens and passwords in files are as secret as the files' modes: any process of another account reads the rest.",
        remediation:
            "chmod 600 each file and chmod 700 its directory, owned by the account; renew a secret that was readable.",
        controls: [
            .iso("A.5.17"), .iso("A.8.3"), .iso("A.8.24"), .csf("PR.AA-01"), .csf("PR.DS-01"), .sp80053("IA-5"),
            .sp80053("AC-3"), .sp80053("AC-6"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        var secrets = 0
        if let (homes, source) = judgement.look(at: context.snapshot.homes) {
            for home in homes { judge(home, &judgement, &secrets) }
            judgement.sees(Evidence("\(homes.count) homes looked at", from: source))
        }
        if let (gateways, _) = judgement.look(at: context.snapshot.agentGateways) {
            for gateway in gateways { judge(gateway, &judgement, &secrets) }
        }
        let answer = judgement.answer
        if secrets == 0, case .compliant = answer.status { return .notApplicable(judgement.evidence) }
        return answer
    }

    private func judge(_ home: HomeDirectory, _ judgement: inout Judgement, _ secrets: inout Int) {
        if case .unseen(let gap) = home.directory { judgement.isUnknown(gap) }
        guard let (files, _) = judgement.look(at: home.sensitiveFiles) else { return }
        for file in files {
            if file.kind == .directory {
                judgeDirectory(file, of: home.userID, account: home.account, &judgement)
                continue
            }
            // Who may log in is no secret, but whoever can write it decides that.
            let forbidden: UInt16 = file.path.contains("/authorized_keys") ? 0o022 : 0o077
            judge(file, of: home.userID, account: home.account, forbidden: forbidden, &judgement)
        }
        secrets += files.count
    }

    /// Reading the names in a directory is not yet reading the secrets; changing them is.
    private func judgeDirectory(
        _ directory: HostFile, of owner: UserID, account: String, _ judgement: inout Judgement
    ) {
        if directory.permissions & 0o022 == 0, directory.isOpenToOthers {
            judgement.fallsShort(
                "\(directory.path.displayed) has mode \(directory.permissionText)", Evidence(directory))
        } else {
            judge(directory, of: owner, account: account, forbidden: 0o022, &judgement)
        }
    }

    private func judge(_ gateway: AgentGateway, _ judgement: inout Judgement, _ secrets: inout Int) {
        judgeDirectory(gateway.directory, of: gateway.userID, account: gateway.account, &judgement)
        // The configuration holds the gateway's token and the channels' credentials.
        var files = gateway.configurationFile.map { [$0] } ?? []
        if let (others, _) = judgement.look(at: gateway.secretFiles) { files += others }
        var seen: Set<String> = []
        for file in files where seen.insert(file.path).inserted {
            judge(file, of: gateway.userID, account: gateway.account, forbidden: 0o077, &judgement)
        }
        secrets += seen.count
    }

    private func judge(
        _ file: HostFile, of owner: UserID, account: String, forbidden: UInt16, _ judgement: inout Judgement
    ) {
        if file.owner != owner, file.owner != .root {
            judgement.violates(
                "\(file.path.displayed) belongs to user id \(file.owner), not to \(account)", Evidence(file))
        } else if file.kind != .link, file.permissions & forbidden != 0 {
            judgement.violates("\(file.path.displayed) has mode \(file.permissionText)", Evidence(file))
        } else {
            judgement.sees(Evidence(file))
        }
    }
}

extension Evidence {
    /// Owner and mode of a file, from the file.
    init(_ file: HostFile) {
        self.init("owner \(file.owner), mode \(file.permissionText)", from: file.path.displayed)
    }
}
