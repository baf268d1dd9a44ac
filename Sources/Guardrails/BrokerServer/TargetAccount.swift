internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// As whom a command is to run: an account that this host has. Numbers without an account are nobody, so that neither -1 nor a number
/// that wraps around ever means root (CVE-2019-14287).
struct TargetAccount: Sendable {
    let identity: TargetIdentity
    let account: UserAccount
    /// The numbers of the account's groups, the primary one among them.
    let groups: [UInt32]

    /// - Parameters:
    ///   - user: a name or `#` and a number; nil for root or, where a group is asked for, for the requester itself.
    ///   - group: a name or `#` and a number; nil for the user's own.
    init(user: String?, group: String?, requester: Requester, accounts: RecentAccounts) throws(Refusal) {
        let known = user == nil ? accounts.entry(of: group == nil ? 0 : requester.user.rawValue) : nil
        guard let account = user.flatMap(Self.account) ?? known?.account else {
            throw Refusal(code: .usage, text: "unknown user \(user ?? requester.label)")
        }
        self.account = account
        groups = known?.groups ?? account.groups
        let primary = try group.map(Self.group) ?? account.group
        identity = TargetIdentity(
            user: UserID(account.user), userName: account.name, group: GroupID(primary),
            groupName: known?.groupNames[primary] ?? GroupNames.name(of: primary), isUserAskedFor: user != nil,
            isGroupAskedFor: group != nil)
    }

    private static func account(_ user: String) -> UserAccount? {
        user.hasPrefix("#") ? number(user).flatMap(UserAccount.withID) : UserAccount.named(user)
    }

    private static func group(_ text: String) throws(Refusal) -> UInt32 {
        if text.hasPrefix("#"), let id = number(text), GroupNames.name(of: id) != nil { return id }
        guard !text.hasPrefix("#"), let id = GroupNames.id(of: text) else {
            throw Refusal(code: .usage, text: "unknown group \(text)")
        }
        return id
    }

    /// Decimal digits only: no sign, no space, nothing beyond 32 bits, and not the number that stands for "unchanged" (setresuid(2)).
    private static func number(_ text: String) -> UInt32? {
        let digits = text.dropFirst()
        guard (1...10).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let id = UInt32(digits), id != .max
        else { return nil }
        return id
    }
}
