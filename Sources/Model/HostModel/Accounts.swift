/// How a password is stored (crypt(5)); the hash itself is never kept.
package enum PasswordHash: String, Sendable, CaseIterable {
    case des, bigcrypt, md5, sunMD5 = "sun-md5", nt, sha1, bcrypt, sha256, sha512, scrypt, yescrypt
    case gostYescrypt = "gost-yescrypt"

    /// Guessed fast enough that a stolen file gives the passwords away: crypt(5) marks them as not for new hashes.
    package var isWeak: Bool {
        switch self {
        case .des, .bigcrypt, .md5, .sunMD5, .nt, .sha1: true
        case .bcrypt, .sha256, .sha512, .scrypt, .yescrypt, .gostYescrypt: false
        }
    }
}

/// What the password field of shadow(5) allows.
package enum PasswordState: Sendable, Hashable {
    /// Nothing is asked.
    case empty
    /// No password can match: the field starts with `!` or is no hash at all (`*`).
    case locked
    case hashed(PasswordHash)
    /// A hash by a method that crypt(5) does not list.
    case unrecognised
}

/// What shadow(5) says of an account; days count from 1970-01-01.
package struct PasswordRecord: Sendable, Hashable {
    package var state: PasswordState
    package var lastChangedDay: Int?
    package var maximumDays: Int?
    package var expiresDay: Int?

    package init(state: PasswordState, lastChangedDay: Int?, maximumDays: Int?, expiresDay: Int?) {
        self.state = state
        self.lastChangedDay = lastChangedDay
        self.maximumDays = maximumDays
        self.expiresDay = expiresDay
    }
}

/// One line of passwd(5).
package struct Account: Sendable, Hashable {
    package var name: String
    package var userID: UserID
    package var groupID: UInt32
    package var home: String
    package var shell: String
    /// What passwd(5) itself holds in the password field; nil when it defers to shadow(5) (`x`).
    package var inlinePassword: PasswordState?

    package init(
        name: String, userID: UserID, groupID: UInt32, home: String, shell: String, inlinePassword: PasswordState? = nil
    ) {
        self.name = name
        self.userID = userID
        self.groupID = groupID
        self.home = home
        self.shell = shell
        self.inlinePassword = inlinePassword
    }

    /// The shell starts a session: it is not one of the programs that only say no. An empty field means `/bin/sh` (passwd(5)).
    package var hasLoginShell: Bool {
        let program = shell.split(separator: "/").last ?? "sh"
        return !["nologin", "false", "true", "sync", "shutdown", "halt", "git-shell"].contains(program)
    }
}

/// One line of group(5).
package struct AccountGroup: Sendable, Hashable {
    package var name: String
    package var groupID: UInt32
    /// Those who have it as a supplementary group; its primary members stand in passwd(5).
    package var members: [String]

    package init(name: String, groupID: UInt32, members: [String]) {
        self.name = name
        self.groupID = groupID
        self.members = members
    }
}

/// The accounts in the host's own files, in file order; those of a directory service are not in it.
package struct AccountDatabase: Sendable, Hashable {
    package var users: [Account]
    package var groups: [AccountGroup]
    /// By account name. Only root may read shadow(5).
    package var passwords: Observation<[String: PasswordRecord]>
    /// The first and last id that login.defs(5) gives to people.
    package var personIDs: ClosedRange<UInt32>
    /// Lines that are not entries, as `path:line`.
    package var malformed: [String] = []

    package init(
        users: [Account], groups: [AccountGroup], passwords: Observation<[String: PasswordRecord]>,
        personIDs: ClosedRange<UInt32> = 1000...60000
    ) {
        self.users = users
        self.groups = groups
        self.passwords = passwords
        self.personIDs = personIDs
    }

    package func user(named name: String) -> Account? { users.first { $0.name == name } }
    package func user(_ id: UserID) -> Account? { users.first { $0.userID == id } }
    package func group(named name: String) -> AccountGroup? { groups.first { $0.name == name } }

    /// Everybody in a group: listed in it, or having it as the primary one.
    package func members(of group: AccountGroup) -> [String] {
        let primary = users.filter { $0.groupID == group.groupID }.map(\.name)
        return Array(Set(group.members + primary)).sorted()
    }

    /// The name of an id, else the number.
    package func name(of id: UserID) -> String { user(id)?.name ?? id.description }
}
