import ControlFrameworks
import Findings
import HostModel

/// There is no way to root beside the front door: no second account with its number, no group that amounts to it, no command in sudoers
/// that turns into a shell, no stray set-user-id program, nothing root runs that others can change.
struct AlternatePrivilegePathsRestricted: Check {
    let description = CheckDescription(
        id: "alternate_privilege_paths_restricted", title: "No way to root leads past approval", category: .privilege,
        risk: .critical,
        rationale:
            "A guard at the front door is worth nothing beside an open window; intruders look for windows first.",
        remediation: """
            Take people and agents out of groups like docker, remove editors, interpreters and the like from sudoers, clear the \
            set-user-id bit of programs no package owns, and take write access from what root runs.
            """,
        controls: [
            .iso("A.8.2"), .iso("A.8.3"), .iso("A.8.18"), .csf("PR.AA-05"), .csf("PR.PS-01"), .sp80053("AC-6"),
            .sp80053("CM-5"), .sp80053("CM-7"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        let accounts = judgement.look(at: context.snapshot.accounts)
        if let (accounts, source) = accounts { judge(accounts, source, agents: context.agentAccounts, &judgement) }
        if let (sudo, source) = judgement.look(at: context.snapshot.sudo) {
            judge(sudo, accounts?.value, source, agents: context.agentAccounts, &judgement)
        }
        if let (survey, source) = judgement.look(at: context.snapshot.privilegedFiles) {
            judge(survey.files, source, &judgement)
            for gap in survey.gaps { judgement.isUnknown(gap) }
        }
        if let (paths, source) = judgement.look(at: context.snapshot.privilegedPaths) {
            for path in paths.writable {
                judgement.violates(
                    "\(path.writableBy) can change \(path.file.path.displayed) (\(path.role.rawValue))",
                    Evidence(
                        "mode \(path.file.permissionText), writable by \(path.writableBy)",
                        from: path.file.path.displayed))
            }
            for gap in paths.gaps { judgement.isUnknown(gap) }
            judgement.sees(Evidence("\(paths.examined) paths that root relies on", from: source))
        }
        return judgement.answer
    }

    private func judge(
        _ accounts: AccountDatabase, _ source: String, agents: Set<String>, _ judgement: inout Judgement
    ) {
        for account in accounts.users where account.userID == .root && account.name != "root" {
            let name = account.name.displayed
            judgement.violates("\(name) is root under another name", Evidence("\(name) has user id 0", from: source))
        }
        for (group, member) in RootEquivalentGroup.memberships(in: accounts) {
            let evidence = Evidence(
                "\(member.displayed) is in \(group), which \(RootEquivalentGroup.reasons[group] ?? "is root")",
                from: source)
            if agents.contains(member) {
                judgement.violates("the AI agent's account \(member) is in group \(group)", evidence)
            } else {
                judgement.fallsShort("\(member) is root by group \(group)", evidence)
            }
        }
        judgement.sees(Evidence("\(accounts.users.count) accounts, \(accounts.groups.count) groups", from: source))
    }

    private func judge(
        _ sudo: SudoPolicy, _ accounts: AccountDatabase?, _ source: String, agents: Set<String>,
        _ judgement: inout Judgement
    ) {
        let grants = sudo.rootGrants(accounts: accounts)
        for grant in grants {
            let evidence = Evidence(grant.summary.displayed, from: grant.rule.location)
            let holders = grant.holders.joined(separator: ", ")
            if grant.asksNothing, agents.contains(where: grant.isHeld) {
                judgement.violates("an AI agent's account runs commands as root unasked (\(holders))", evidence)
            } else if grant.asksNothing, grant.givesEverything {
                judgement.violates("\(holders) may run anything as root unasked", evidence)
            } else if !grant.givesEverything, !grant.escapes.isEmpty {
                judgement.fallsShort(
                    "\(holders) gets a root shell from \(grant.escapes.joined(separator: ", "))", evidence)
            }
        }
        judgement.sees(Evidence("\(grants.count) grants of root", from: source))
        for location in sudo.malformed.prefix(3) {
            judgement.isUnknown("a line of sudoers was not understood: \(location)")
        }
    }

    private func judge(_ files: [PrivilegedFile], _ source: String, _ judgement: inout Judgement) {
        for privileged in files {
            let file = privileged.file
            let isRoot = file.owner == .root && privileged.isSetUserID
            let capabilities = privileged.capabilities.filter(CapabilityName.rootEquivalent.contains)
            guard isRoot || !capabilities.isEmpty else { continue }
            let how = isRoot ? "set-user-id root" : capabilities.joined(separator: ", ")
            let evidence = Evidence("\(how), mode \(file.permissionText)", from: file.path.displayed)
            if file.isWritableByAnyone || file.isWritableByGroup {
                judgement.violates("others can change \(file.path.displayed), which is \(how)", evidence)
            } else if privileged.isPackaged == false {
                judgement.violates("no package owns \(file.path.displayed), which is \(how)", evidence)
            }
        }
        judgement.sees(Evidence("\(files.count) programs with rights of their own", from: source))
        let unknown = files.count { $0.isPackaged == nil }
        if unknown > 0 { judgement.isUnknown("whether packages own \(unknown) programs with rights of their own") }
    }
}
