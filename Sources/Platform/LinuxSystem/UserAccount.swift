private import Glibc

/// An account as this host's name services tell it (getpwnam_r(3)): files first, then whatever nsswitch.conf names.
package struct UserAccount: Sendable, Hashable {
    package let name: String
    package let user: UInt32
    /// The primary group.
    package let group: UInt32
    package let home: String
    /// The login shell; `/bin/sh` where none is given (passwd(5)).
    package let shell: String

    /// Nil when there is no such account, or the name services cannot tell.
    package static func named(_ name: String) -> UserAccount? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        return found { getpwnam_r(name, $0, $1, $2, $3) }
    }

    package static func withID(_ user: UInt32) -> UserAccount? { found { getpwuid_r(user, $0, $1, $2, $3) } }

    private static func found(
        _ search: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> Int32
    ) -> UserAccount? {
        withNameService(of: passwd(), search) { entry in
            guard let name = entry.pw_name else { return nil }
            // SAFETY: the strings point into the buffer, which is still there; each is copied.
            func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
            let shell = text(entry.pw_shell)
            return UserAccount(
                name: String(cString: name), user: entry.pw_uid, group: entry.pw_gid, home: text(entry.pw_dir),
                shell: shell.isEmpty ? "/bin/sh" : shell)
        }
    }

    /// Its groups, the primary one among them (getgrouplist(3)).
    package var groups: [UInt32] {
        var count: Int32 = 32
        while count <= 65536 {
            var groups = [gid_t](repeating: 0, count: Int(count))
            let capacity = count
            // SAFETY: the call writes at most `count` numbers, and sets it to how many there are.
            if getgrouplist(name, group, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
            count = max(count, capacity * 2)
        }
        return [group]
    }
}

/// Names of users.
package enum UserNames {
    /// Nil when the id has no name.
    package static func name(of user: UInt32) -> String? { UserAccount.withID(user)?.name }
}

/// Names of groups (getgrgid_r(3)).
package enum GroupNames {
    /// Nil when the id has no name.
    package static func name(of group: UInt32) -> String? {
        withNameService(of: Glibc.group(), { getgrgid_r(group, $0, $1, $2, $3) }) { entry in
            entry.gr_name.map { String(cString: $0) }
        }
    }

    /// Nil when there is no such group.
    package static func id(of name: String) -> UInt32? {
        guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
        return withNameService(of: Glibc.group(), { getgrnam_r(name, $0, $1, $2, $3) }) { $0.gr_gid }
    }
}

/// Asks a reentrant function of the name services, with a buffer that grows to what the entry takes, and hands on what it found while the
/// buffer is there.
func withNameService<Entry, Result>(
    of empty: Entry,
    _ search: (
        UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
    ) -> Int32, _ use: (Entry) -> Result?
) -> Result? {
    var entry = empty
    var found: UnsafeMutablePointer<Entry>?
    var size = 1024
    while size <= 1 << 20 {
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
        defer { buffer.deallocate() }
        let status = search(&entry, buffer, size, &found)
        if status == EINTR { continue }
        guard status == ERANGE else { return status == 0 && found != nil ? use(entry) : nil }
        size *= 4
    }
    return nil
}
