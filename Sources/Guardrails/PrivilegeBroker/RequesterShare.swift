package import HostModel
package import Policies

extension Requester {
    /// Whose share it takes of what there is so much of for each user. Users without an account share one: whoever has subordinate ids is
    /// as many of them as there are (subuid(5), 65,536 by default), and could leave nothing for others.
    package var share: UserID { userName == nil && user != .root ? Self.accountless : user }

    /// The number that no user has (setresuid(2)).
    private static let accountless = UserID(.max)
}
