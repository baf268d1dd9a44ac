import ControlFrameworks
import Findings
import HostModel

/// Each name and each number stands for one account or group, and the files say what they seem to say.
struct AccountFilesConsistent: Check {
    let description = CheckDescription(
        id: "account-files-consistent", title: "Names and numbers of accounts and groups are unique",
        category: .accounts,
        risk: .medium,
        rationale:
            "Two accounts with one number share files and rights, and no log can tell them apart; a broken line hides an account.",
        remediation:
            "Give each account and group a number of its own (`usermod -u`, `groupmod -g`), and repair what `pwck` and `grpck` report.",
        controls: [.iso("A.5.16"), .csf("PR.AA-01"), .sp80053("IA-4"), .sp80053("AC-2")])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.accounts.assess { accounts, source in
            var judgement = Judgement()
            for (number, users) in Self.repeated(accounts.users, by: \.userID) {
                let names = users.map(\.name).joined(separator: ", ")
                judgement.violates("user id \(number) is shared", Evidence("user id \(number): \(names)", from: source))
            }
            for (name, _) in Self.repeated(accounts.users, by: \.name) {
                judgement.violates("the name \(name) stands twice", Evidence("account \(name) twice", from: source))
            }
            for (number, groups) in Self.repeated(accounts.groups, by: \.groupID) {
                let names = groups.map(\.name).joined(separator: ", ")
                judgement.fallsShort(
                    "group id \(number) is shared", Evidence("group id \(number): \(names)", from: "/etc/group"))
            }
            for (name, _) in Self.repeated(accounts.groups, by: \.name) {
                judgement.fallsShort(
                    "the group \(name) stands twice", Evidence("group \(name) twice", from: "/etc/group"))
            }
            let known = Set(accounts.groups.map(\.groupID))
            for account in accounts.users where !accounts.groups.isEmpty && !known.contains(account.groupID) {
                judgement.fallsShort(
                    "the group of \(account.name) does not exist",
                    Evidence("\(account.name) has group id \(account.groupID)", from: source))
            }
            for location in accounts.malformed {
                judgement.fallsShort("a line is broken", Evidence("a line that is no entry", from: location))
            }
            judgement.sees(Evidence("\(accounts.users.count) accounts, \(accounts.groups.count) groups", from: source))
            return judgement.answer
        }
    }

    /// What shares a key with another, in order of the keys.
    private static func repeated<Entry, Key: Hashable & Comparable>(
        _ entries: [Entry], by key: KeyPath<Entry, Key>
    ) -> [(key: Key, entries: [Entry])] {
        Dictionary(grouping: entries) { $0[keyPath: key] }.filter { $0.value.count > 1 }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
