private import Glibc

/// Groups that hold one user only, as Debian gives every user one of the same name (adduser.conf(5), `USERGROUPS`).
package enum PrivateGroup {
    /// Whether `group` is the private group of `user`: the user's primary group, of the same name, with no other member listed. Other
    /// users who have it as their primary group are not looked for. False when the name services cannot tell.
    package static func belongs(_ group: UInt32, to user: UInt32) -> Bool {
        guard let account = passwordEntry(of: user), account.group == group else { return false }
        return groupEntry(of: group, isPrivateTo: account.name)
    }

    private static func passwordEntry(of user: UInt32) -> (name: String, group: UInt32)? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        return buffer.withUnsafeMutableBufferPointer { buffer in
            // SAFETY: on success the entry's strings point into `buffer`, which lives until the closure ends; the name is copied.
            guard let start = buffer.baseAddress,
                getpwuid_r(user, &entry, start, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name
            else { return nil }
            return (String(cString: name), entry.pw_gid)
        }
    }

    private static func groupEntry(of group: UInt32, isPrivateTo user: String) -> Bool {
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: 64 << 10)
        return buffer.withUnsafeMutableBufferPointer { buffer in
            // SAFETY: as above; the list of members ends with a null pointer (getgrgid(3)).
            guard let start = buffer.baseAddress,
                getgrgid_r(group, &entry, start, buffer.count, &found) == 0, found != nil,
                let name = entry.gr_name, String(cString: name) == user
            else { return false }
            var member = entry.gr_mem
            while let pointer = member?.pointee {
                if String(cString: pointer) != user { return false }
                member = member?.advanced(by: 1)
            }
            return true
        }
    }
}
