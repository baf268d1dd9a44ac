import ControlFrameworks
import Findings
import HostModel

/// doas asks for a password before it gives root. The last rule that matches decides (doas.conf(5)), so a later one for the same people
/// takes an earlier one back.
struct DoasPasswordless: BypassCheck {
    let description = CheckDescription(
        id: "doas-passwordless", title: "doas asks who it is before it gives root", category: .privilege, risk: .high,
        rationale:
            "With nopass every program that runs as the user is one command away from root, and so is whoever took the session over.",
        remediation:
            "Remove nopass from /etc/doas.conf, or limit it by cmd and args to commands that cannot start another.",
        controls: [
            .iso("A.8.2"), .iso("A.8.5"), .csf("PR.AA-03"), .csf("PR.AA-05"), .sp80053("AC-6"), .sp80053("IA-11"),
        ])

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (doas, source) = search.look(at: context.snapshot.doas) else { return search }
        if case .unseen(let gap) = context.snapshot.accounts { search.misses(gap) }
        let accounts = context.snapshot.accounts.value
        for (index, rule) in doas.rules.enumerated() where rule.givesRoot {
            let holders = rule.holders(accounts).filter { $0 != "root" }
            let isTakenBack = doas.rules[(index + 1)...].contains { later in
                later.command == nil && later.target == nil && Set(holders).isSubset(of: later.holders(accounts))
            }
            if holders.isEmpty || isTakenBack { continue }
            search.finds(rule.bypass(of: holders))
        }
        for location in doas.malformed {
            search.misses("a line of doas.conf was not understood", location, remedy: "doas -C /etc/doas.conf")
        }
        search.sees("\(doas.rules.count) rules", from: source)
        return search
    }
}

extension DoasPolicy.Rule {
    fileprivate var givesRoot: Bool { permits && (target == nil || target == "root" || target == "0") }

    /// Accounts that it is for; a group that is not there, or whose members are not known, as written.
    fileprivate func holders(_ accounts: AccountDatabase?) -> [String] {
        guard identity.hasPrefix(":") else {
            let byNumber = UInt32(identity).flatMap { accounts?.user(UserID($0))?.name }
            return [byNumber ?? identity]
        }
        guard let accounts else { return [identity] }
        let name = identity.dropFirst()
        let group = accounts.groups.first { $0.name == name || String($0.groupID) == name }
        return group.map(accounts.members) ?? []
    }

    fileprivate func bypass(of holders: [String]) -> Bypass {
        let names = holders.joined(separator: ", ").displayed
        let (grade, what): (Bypass.Grade, String)
        if !options.contains("nopass") {
            let lasting = options.contains("persist") ? ", which then holds for a while" : ""
            (grade, what) = (.noted, "\(names) may use doas with a password\(lasting)")
        } else if let command {
            let isFixed = arguments != nil
            (grade, what) = (
                isFixed ? .noted : .narrow, "\(names) may run \(command.displayed) by doas without a password"
            )
        } else {
            (grade, what) = (.open, "\(names) may run anything by doas without a password")
        }
        let words = [permits ? "permit" : "deny"] + options.sorted() + [identity] + (command.map { ["cmd", $0] } ?? [])
        return Bypass(
            grade, what, Resource(.rule, location), accounts: holders,
            evidence: [Evidence(words.joined(separator: " ").displayed, from: location)])
    }
}
