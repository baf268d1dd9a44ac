internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies

/// As whom a command is to run: an account that this host has. Numbers without an account are nobody, so that neither -1 nor a number
/// that wraps around ever means root (CVE-2019-14287).
struct TargetAccount: Sendable {
    let identity: TargetIdentity
    let account: UserAccount

    /// - Parameters:
    ///   - user: a name or `#` and a number; nil for root or, where a group is asked for, for the requester itself.
    ///   - group: a name or `#` and a number; nil for the user's own.
    init(user: String?, group: String?, requester: Requester) throws(Refusal) {
        let account = try Self.account(user, isGroupAskedFor: group != nil, requester)
        self.account = account
        let primary = GroupID(try group.map(Self.group) ?? account.group)
        identity = TargetIdentity(
            user: UserID(account.user), userName: account.name, group: primary,
            groupName: GroupNames.name(of: primary.rawValue), isUserAskedFor: user != nil, isGroupAskedFor: group != nil
        )
    }

    private static func account(
        _ user: String?, isGroupAskedFor: Bool, _ requester: Requester
    ) throws(Refusal) -> UserAccount {
        let found: UserAccount?
        if let user {
            found = user.hasPrefix("#") ? number(user).flatMap(UserAccount.withID) : UserAccount.named(user)
        } else {
            found = UserAccount.withID(isGroupAskedFor ? requester.user.rawValue : 0)
        }
        guard let found else { throw Refusal(code: .usage, text: "unknown user \(user ?? requester.label)") }
        return found
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
